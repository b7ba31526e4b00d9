"""Units that wait for SQLite's writer together are committed together, and told apart."""

from __future__ import annotations

import asyncio
import resource
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.database import Database, announce
from core.database.writer import GROUP
from core.errors import Conflict, DatabaseUnavailable
from core.groups import Group
from tests.conftest import opened
from tests.core.units import count, found

PATIENCE_S = 10.0


class Gate:
    """Holds the writer until `open`, so that others wait in line behind it."""

    def __init__(self) -> None:
        self.held = threading.Event()
        self._opened = threading.Event()

    def unit(self, session: Session) -> None:
        found(session, "Gate")
        self.held.set()
        assert self._opened.wait(PATIENCE_S)

    def open(self) -> None:
        self._opened.set()

    async def closed(self, database: Database) -> asyncio.Task[None]:
        """Once the writer is held."""
        task = asyncio.create_task(database.write(self.unit))
        assert await asyncio.to_thread(self.held.wait, PATIENCE_S)
        return task


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.open()


@pytest.fixture
def commits(sqlite_database: Database) -> list[object]:
    """Grows with each commit."""
    seen: list[object] = []
    event.listen(sqlite_database.sync_engine, "commit", seen.append)
    return seen


async def test_units_that_wait_together_share_a_commit(
    sqlite_database: Database, gate: Gate, commits: list[object]
) -> None:
    held = await gate.closed(sqlite_database)
    writes = await _in_line(sqlite_database, *(_named(f"{n}") for n in range(20)))
    gate.open()
    assert [await write for write in writes] == [f"{n}" for n in range(20)]
    await held
    assert len(commits) < 20
    assert await _names(sqlite_database) == ["Gate", *(f"{n}" for n in range(20))]


async def test_a_group_has_a_bound(
    sqlite_database: Database, gate: Gate, commits: list[object]
) -> None:
    held = await gate.closed(sqlite_database)
    writes = await _in_line(sqlite_database, *[count] * (3 * GROUP))
    gate.open()
    await asyncio.gather(held, *writes)
    assert len(commits) >= 1 + 3


async def test_who_raises_undoes_its_own_changes_alone(
    sqlite_database: Database, gate: Gate
) -> None:
    def refuse(session: Session) -> None:
        found(session, "Refused")
        raise Conflict("no")

    def break_a_rule(session: Session) -> None:
        found(session, "Broken").parent_id = -1

    await gate.closed(sqlite_database)
    units = (_named("One"), refuse, _named("Two"), break_a_rule, _named("Three"))
    writes = await _in_line(sqlite_database, *units)
    gate.open()
    one, refused, two, broken, three = await asyncio.gather(*writes, return_exceptions=True)
    assert (one, two, three) == ("One", "Two", "Three")
    assert isinstance(refused, Conflict)
    assert isinstance(broken, DBAPIError)
    assert await _names(sqlite_database) == ["Gate", "One", "Two", "Three"]


async def test_listeners_hear_of_those_that_are_kept_after_the_common_commit(
    sqlite_database: Database, gate: Gate, commits: list[object]
) -> None:
    heard: list[tuple[str, int]] = []
    sqlite_database.on_commit(lambda topics: heard.append((min(topics), len(commits))))

    def told(name: str) -> Callable[[Session], None]:
        def unit(session: Session) -> None:
            announce(session, name)
            found(session, name)
            assert heard == []
            if name == "undone":
                raise Conflict("no")

        return unit

    await gate.closed(sqlite_database)
    writes = await _in_line(sqlite_database, told("one"), told("undone"), told("two"))
    gate.open()
    await asyncio.gather(*writes, return_exceptions=True)
    assert heard == [("one", 2), ("two", 2)]


@pytest.mark.fault(24)
async def test_a_commit_that_fails_fails_all_of_them(sqlite_database: Database, gate: Gate) -> None:
    heard: list[frozenset[str]] = []
    sqlite_database.on_commit(heard.append)

    def told(session: Session) -> None:
        announce(session, "outbox")
        found(session)

    held = await gate.closed(sqlite_database)
    with _full_disk(Path(str(sqlite_database.engine.url.database))):
        writes = await _in_line(sqlite_database, told, told, told)
        gate.open()
        outcomes = await asyncio.gather(held, *writes, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {DatabaseUnavailable}
    assert heard == []
    assert await _names(sqlite_database) == []
    await sqlite_database.write(told)
    assert len(heard) == 1


async def test_a_unit_that_costs_all_the_transaction_costs_only_its_own_work(
    sqlite_database: Database, gate: Gate
) -> None:
    def give_up(session: Session) -> None:
        found(session, "Lost")
        session.connection().exec_driver_sql("ROLLBACK")  # as SQLite does of some errors

    await gate.closed(sqlite_database)
    writes = await _in_line(sqlite_database, _named("One"), give_up, _named("Two"))
    gate.open()
    one, lost, two = await asyncio.gather(*writes, return_exceptions=True)
    assert (one, two) == ("One", "Two")
    assert isinstance(lost, DBAPIError)
    assert await _names(sqlite_database) == ["Gate", "One", "Two"]


@pytest.mark.fault(24)
async def test_a_unit_that_fills_the_disk_is_the_only_one_to_be_told(
    sqlite_database: Database, gate: Gate
) -> None:
    def fill(session: Session) -> None:
        session.connection().exec_driver_sql("PRAGMA max_page_count = 1").close()
        session.add_all(
            Group(**{**_columns(session), "name": f"{n:060}", "slug": f"g{n}"}) for n in range(3000)
        )
        session.flush()

    await gate.closed(sqlite_database)
    writes = await _in_line(sqlite_database, _named("One"), fill)
    gate.open()
    one, full = await asyncio.gather(*writes, return_exceptions=True)
    assert one == "One"
    assert isinstance(full, DatabaseUnavailable)
    assert await _names(sqlite_database) == ["Gate", "One"]


async def test_nobody_waits_for_a_long_unit_to_have_its_own_kept(
    sqlite_database: Database, gate: Gate
) -> None:
    kept = threading.Event()

    def long(session: Session) -> None:
        found(session, "Long")
        assert kept.wait(PATIENCE_S), "the quick one before it has its outcome"

    held = await gate.closed(sqlite_database)
    quick = asyncio.create_task(sqlite_database.write(_named("Quick")))
    quick.add_done_callback(lambda _: kept.set())
    await asyncio.sleep(0)
    alone = asyncio.create_task(sqlite_database.write(long, alone=True))
    gate.open()
    await asyncio.gather(held, quick, alone)
    assert await _names(sqlite_database) == ["Gate", "Quick", "Long"]


async def test_who_leaves_the_line_is_never_run(sqlite_database: Database, gate: Gate) -> None:
    held = await gate.closed(sqlite_database)
    leaving, staying = await _in_line(sqlite_database, _named("Left"), _named("Stayed"))
    leaving.cancel()
    gate.open()
    await asyncio.gather(held, staying)
    assert await _names(sqlite_database) == ["Gate", "Stayed"]


async def test_who_leaves_while_it_runs_leaves_nothing(
    sqlite_database: Database, gate: Gate
) -> None:
    held = await gate.closed(sqlite_database)
    held.cancel()
    with pytest.raises(asyncio.CancelledError):
        await held
    gate.open()
    assert await sqlite_database.write(_named("Next")) == "Next"
    assert await _names(sqlite_database) == ["Next"]


async def test_nobody_waits_in_line_for_ever(sqlite_database_url: str, gate: Gate) -> None:
    async with opened(sqlite_database_url, busy_timeout_s=0.1) as hasty:
        held = await gate.closed(hasty)
        with pytest.raises(DatabaseUnavailable, match="too many writes"):
            await hasty.write(count)
        gate.open()
        await held


async def test_closing_waits_for_what_was_begun_and_ends_the_threads(
    sqlite_database_url: str, gate: Gate
) -> None:
    before = set(threading.enumerate())
    async with opened(sqlite_database_url) as database:
        await database.read(count)
        held = await gate.closed(database)
        gate.open()
    await held
    left = set(threading.enumerate()) - before
    ours = [thread for thread in left if "asyncio" not in thread.name]
    for thread in ours:  # it was told to end, and may be at its last step
        await asyncio.to_thread(thread.join, PATIENCE_S)
    assert [thread for thread in ours if thread.is_alive()] == []


def _named(name: str) -> Callable[[Session], str]:
    return lambda session: found(session, name).name


def _columns(session: Session) -> dict[str, object]:
    group = found(session, "Pattern")
    keys = ("kind", "created_at")
    return {key: getattr(group, key) for key in keys}


async def _in_line(database: Database, *units: Callable[[Session], Any]) -> list[asyncio.Task[Any]]:
    """Once each of them waits."""
    tasks = [asyncio.create_task(database.write(unit)) for unit in units]
    await asyncio.sleep(0)
    return tasks


async def _names(database: Database) -> list[str]:
    return await database.read(lambda s: list(s.scalars(select(Group.name).order_by(Group.id))))


@contextmanager
def _full_disk(path: Path) -> Iterator[None]:
    """No file of this process grows past the size that the log of changes has now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = path.with_name(f"{path.name}-wal").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
