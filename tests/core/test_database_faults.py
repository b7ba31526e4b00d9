"""Units of work when the database fails: run again where that is safe, bounded where they wait."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import closing

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core.database import Database
from core.errors import DatabaseUnavailable
from core.groups import Group
from core.invites.guesses import Guess
from tests.cast import NOW
from tests.conftest import opened
from tests.core.units import count, found, rename

DIES_AT_COMMIT = """
DO $$ BEGIN
    CREATE TABLE doomed (id int);
    CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END';
    CREATE CONSTRAINT TRIGGER die AFTER INSERT ON doomed
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die();
END $$
"""


@pytest.mark.fault(28)
@pytest.mark.parametrize("state", ["40001", "40P01"])
async def test_a_unit_that_the_database_gave_up_runs_again(
    postgresql_database: Database, state: str
) -> None:
    tries: list[int] = []

    def unit(session: Session) -> None:
        tries.append(found(session, f"Try {len(tries)}").id)
        if len(tries) < 3:
            _fail(session, state)

    await postgresql_database.write(unit)
    assert len(tries) == 3
    assert await postgresql_database.read(count) == 1


@pytest.mark.fault(28)
async def test_it_stops_after_three_tries(postgresql_database: Database) -> None:
    tries: list[int] = []

    def unit(session: Session) -> None:
        tries.append(1)
        _fail(session, "40001")

    with pytest.raises(DatabaseUnavailable):
        await postgresql_database.write(unit)
    assert len(tries) == 3


@pytest.mark.fault(28)
async def test_two_units_that_lock_each_other_out_both_end(postgresql_database: Database) -> None:
    database = postgresql_database
    one = await database.write(lambda s: found(s, "One").id)
    two = await database.write(lambda s: found(s, "Two").id)
    tries: list[str] = []
    holding: set[str] = set()

    def crossing(mark: str, first: int, second: int) -> Callable[[Session], None]:
        def unit(session: Session) -> None:
            tries.append(mark)
            rename(first, mark)(session)
            session.flush()
            holding.add(mark)
            _wait_for(session, lambda: len(holding) == 2)
            rename(second, mark)(session)

        return unit

    await asyncio.gather(
        database.write(crossing("a", one, two)), database.write(crossing("b", two, one))
    )
    names = await database.read(lambda s: s.scalars(select(Group.name).order_by(Group.id)).all())
    assert [sorted(name[3:]) for name in names] == [["a", "b"], ["a", "b"]]
    assert len(tries) == 3


@pytest.mark.fault(26)
async def test_a_unit_whose_connection_was_killed_runs_again(postgresql_database: Database) -> None:
    tries: list[int] = []

    def unit(session: Session) -> None:
        tries.append(found(session, f"Try {len(tries)}").id)
        if len(tries) == 1:
            session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    await postgresql_database.write(unit)
    assert len(tries) == 2
    assert await postgresql_database.read(count) == 1


async def test_a_commit_whose_outcome_is_unknown_is_not_repeated(
    postgresql_database: Database,
) -> None:
    tries: list[int] = []

    def unit(session: Session) -> None:
        tries.append(found(session).id)
        session.execute(text(DIES_AT_COMMIT))
        session.execute(text("INSERT INTO doomed VALUES (1)"))

    with pytest.raises(DatabaseUnavailable):
        await postgresql_database.write(unit)
    assert len(tries) == 1


async def test_it_says_so_when_there_is_no_database(postgresql_database_url: str) -> None:
    nowhere = postgresql_database_url.replace("/test_", "/gone_")
    async with opened(nowhere) as database:
        with pytest.raises(DatabaseUnavailable, match="does not exist"):
            await database.write(count)
        with pytest.raises(DatabaseUnavailable, match="does not exist"):
            await database.read(count)


@pytest.mark.fault(22)
async def test_a_unit_that_reads_before_it_writes_loses_to_nobody(database: Database) -> None:
    group = await database.write(lambda s: found(s, "").id)

    def unit(session: Session) -> None:
        session.scalars(select(Group).where(Group.id == group).with_for_update()).one()
        rename(group, "x")(session)

    await asyncio.gather(*(database.write(unit) for _ in range(20)))
    assert await database.read(lambda s: s.get_one(Group, group).name) == "x" * 20


@pytest.mark.fault(22)
async def test_two_processes_on_one_file_both_write(sqlite_database_url: str) -> None:
    async with opened(sqlite_database_url) as one, opened(sqlite_database_url) as other:
        group = await one.write(lambda s: found(s, "").id)
        units = (d.write(rename(group, "x")) for d in (one, other) for _ in range(20))
        await asyncio.gather(*units)
        assert await one.read(lambda s: s.get_one(Group, group).name) == "x" * 40


@pytest.fixture
async def hasty(sqlite_database_url: str) -> AsyncIterator[Database]:
    """A database that waits for a lock no longer than a fifth of a second."""
    async with opened(sqlite_database_url, busy_timeout_s=0.2) as database:
        yield database


@pytest.fixture
def other_process(sqlite_database_url: str) -> sqlite3.Connection:
    return sqlite3.connect(sqlite_database_url.partition(":///")[2], isolation_level=None)


@pytest.mark.fault(23)
async def test_it_waits_for_a_locked_database_no_longer_than_agreed(
    hasty: Database, other_process: sqlite3.Connection
) -> None:
    with closing(other_process) as other:
        other.execute("BEGIN IMMEDIATE")
        start = time.monotonic()
        with pytest.raises(DatabaseUnavailable, match="locked"):
            await hasty.write(lambda s: found(s).id)
        assert 0.15 < time.monotonic() - start < 2
        other.execute("ROLLBACK")
        await hasty.write(lambda s: found(s).id)
    assert await hasty.read(count) == 1


@pytest.mark.fault(23)
async def test_those_who_queue_behind_a_locked_database_wait_no_longer_either(
    hasty: Database, other_process: sqlite3.Connection
) -> None:
    with closing(other_process) as other:
        other.execute("BEGIN IMMEDIATE")
        start = time.monotonic()
        writes = (hasty.write(lambda s: found(s).id) for _ in range(20))
        outcomes = await asyncio.gather(*writes, return_exceptions=True)
        assert {type(outcome) for outcome in outcomes} == {DatabaseUnavailable}
        assert time.monotonic() - start < 2
    assert await hasty.read(count) == 0


@pytest.mark.fault(23)
async def test_reads_go_on_while_another_process_writes(
    hasty: Database, other_process: sqlite3.Connection
) -> None:
    with closing(other_process) as other:
        other.execute("BEGIN IMMEDIATE")
        assert await hasty.read(count) == 0


@pytest.mark.fault(24)
async def test_a_full_disk_is_an_outage_and_passes(sqlite_database: Database) -> None:
    database = sqlite_database

    def limit(pages: int) -> Callable[[Session], None]:
        return lambda s: s.connection().exec_driver_sql(f"PRAGMA max_page_count = {pages}").close()

    def fill(session: Session) -> None:
        limit(1)(session)  # SQLite never goes below what is in use
        session.add_all(Guess(guesser=f"telegram:{n:0300}", made_at=NOW) for n in range(1000))
        session.flush()

    with pytest.raises(DatabaseUnavailable, match="full"):
        await database.write(fill)
    await database.write(limit(100_000))
    await database.write(lambda s: found(s).id)
    assert await database.read(count) == 1


def _fail(session: Session, state: str) -> None:
    session.execute(text(f"DO $$ BEGIN RAISE SQLSTATE '{state}'; END $$"))


def _wait_for(session: Session, condition: Callable[[], bool]) -> None:
    """Let the other units run until `condition` holds: each statement gives them a turn."""
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        session.execute(text("SELECT 1"))
