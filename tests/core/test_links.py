"""Units on PostgreSQL: each in a thread of its connection, cut off and made anew where need be."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import TextClause, event, text
from sqlalchemy.orm import Session

from core.database import Database, announce
from core.database.postgresql_units import FEW, MOST
from core.errors import DatabaseUnavailable
from tests.conftest import opened
from tests.core.units import count, found
from tests.faults.rig import until

PATIENCE_S = 10.0
SLEEPING = text("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'")
ALIVE = text("SELECT count(*) FROM pg_stat_activity WHERE pid = :pid")
KILL = text("SELECT pg_terminate_backend(:pid)")


class Gate:
    """Holds units in their threads until it is opened."""

    def __init__(self) -> None:
        self.reached = threading.Semaphore(0)
        self.open = threading.Event()

    def unit(self, session: Session) -> str:
        name = found(session, "Gate").name
        self.reached.release()
        assert self.open.wait(PATIENCE_S)
        return name

    async def held(self) -> None:
        assert await asyncio.to_thread(self.reached.acquire, timeout=PATIENCE_S)


@pytest.fixture
async def hasty(postgresql_database_url: str) -> AsyncIterator[Database]:
    database = Database(postgresql_database_url, patience_s=1.0)
    yield database
    await database.close()


def connections(database: Database) -> list[object]:
    """Grows with each connection that is opened for units."""
    opened: list[object] = []
    event.listen(database.sync_engine, "connect", lambda link, _: opened.append(link))
    return opened


async def seen(database: Database, query: TextClause, **values: object) -> int:
    return await database.read(lambda s: int(s.execute(query, values).scalar_one()))


async def nobody(database: Database, query: TextClause, **values: object) -> bool:
    return await seen(database, query, **values) == 0


async def test_the_loop_goes_on_while_a_unit_runs(postgresql_database: Database) -> None:
    gate = Gate()
    held = asyncio.create_task(postgresql_database.write(gate.unit))
    await gate.held()
    assert await postgresql_database.read(count) == 0
    gate.open.set()
    assert await held == "Gate"


async def test_units_one_after_the_other_share_a_connection(postgresql_database: Database) -> None:
    opened = connections(postgresql_database)
    for _ in range(3):
        await postgresql_database.write(lambda s: found(s).id if not count(s) else None)
        await postgresql_database.read(count)
    assert len(opened) == 1


async def test_more_than_there_are_connections_wait_for_a_free_one(
    postgresql_database: Database,
) -> None:
    reads = (postgresql_database.read(count) for _ in range(5 * MOST))
    assert await asyncio.gather(*reads) == [0] * 5 * MOST


async def test_those_that_are_stuck_hold_up_nobody(postgresql_database: Database) -> None:
    gates = [Gate() for _ in range(MOST - 1)]
    held = [asyncio.create_task(postgresql_database.read(gate.unit)) for gate in gates]
    for gate in gates:
        await gate.held()
    assert await postgresql_database.read(count) == 0
    for gate in gates:
        gate.open.set()
    await asyncio.gather(*held)


async def test_there_are_few_connections_where_none_is_stuck(
    postgresql_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.database.turns.STUCK_S", 3600)
    opened = connections(postgresql_database)
    await asyncio.gather(*(postgresql_database.read(count) for _ in range(5 * MOST)))
    assert len(opened) == FEW


async def test_nobody_waits_for_a_connection_for_ever(hasty: Database) -> None:
    gates = [Gate() for _ in range(MOST)]
    held = [asyncio.create_task(hasty.read(gate.unit)) for gate in gates]
    for gate in gates:
        await gate.held()
    with pytest.raises(DatabaseUnavailable, match="too many units"):
        await hasty.read(count)
    for gate in gates:
        gate.open.set()
    await asyncio.gather(*held)


async def test_where_no_thread_can_be_started_it_is_an_outage_that_passes(
    postgresql_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as scarce:
        scarce.setattr("core.database.strand.Thread.start", start)
        with pytest.raises(DatabaseUnavailable, match="thread"):
            await postgresql_database.read(count)
    assert await postgresql_database.read(count) == 0


async def test_who_leaves_has_their_unit_undone(postgresql_database: Database) -> None:
    gate = Gate()
    held = asyncio.create_task(postgresql_database.write(gate.unit))
    await gate.held()
    held.cancel()
    with pytest.raises(asyncio.CancelledError):
        await held
    gate.open.set()
    await postgresql_database.close()
    assert await postgresql_database.read(count) == 0


async def test_who_leaves_an_endless_query_has_the_server_end_it(
    postgresql_database: Database,
) -> None:
    asleep = text("SELECT pg_sleep(60)")
    for _ in range(MOST + 1):  # each of them would hold a connection for a minute
        read = asyncio.create_task(postgresql_database.read(lambda s: s.execute(asleep).close()))
        await until(lambda: seen(postgresql_database, SLEEPING))
        read.cancel()
        with pytest.raises(asyncio.CancelledError):
            await read
        await until(lambda: nobody(postgresql_database, SLEEPING))


async def test_a_commit_that_nobody_waits_for_is_heard_of(postgresql_database: Database) -> None:
    heard: list[frozenset[str]] = []
    postgresql_database.on_commit(heard.append)
    committing, free = threading.Event(), threading.Event()

    def hold(_: object) -> None:
        committing.set()
        assert free.wait(PATIENCE_S)

    event.listen(postgresql_database.sync_engine, "commit", hold)
    write = asyncio.create_task(postgresql_database.write(lambda s: announce(s, "outbox")))
    assert await asyncio.to_thread(committing.wait, PATIENCE_S)
    write.cancel()
    with pytest.raises(asyncio.CancelledError):
        await write
    free.set()
    await postgresql_database.close()
    assert heard == [{"outbox"}]


@pytest.mark.fault(26)
async def test_a_connection_that_was_ended_between_two_units_is_made_anew(
    postgresql_database: Database, postgresql_database_url: str
) -> None:
    tries: list[int] = []
    pid = await seen(postgresql_database, text("SELECT pg_backend_pid()"))
    async with opened(postgresql_database_url) as other:
        await seen(other, KILL, pid=pid)
        await until(lambda: nobody(other, ALIVE, pid=pid))
    await postgresql_database.write(lambda s: tries.append(found(s).id))
    assert len(tries) == 1


@pytest.mark.fault(26)
async def test_when_one_connection_is_lost_the_others_are_not_trusted(
    postgresql_database: Database,
) -> None:
    database, gate = postgresql_database, Gate()
    held = asyncio.create_task(database.read(gate.unit))  # so that there are two
    await gate.held()
    opened = connections(database)
    await database.read(lambda s: s.execute(text("SELECT 1")).close())
    kill = text("SELECT pg_terminate_backend(pg_backend_pid())")
    with pytest.raises(DatabaseUnavailable):
        await database.read(lambda s: s.execute(kill).close())
    gate.open.set()
    await held
    before = len(opened)
    await asyncio.gather(*(database.read(count) for _ in range(2)))
    assert len(opened) == before + 2


async def test_what_a_unit_that_was_undone_would_have_announced_is_not_said_by_the_next(
    postgresql_database: Database,
) -> None:
    said: list[str] = []
    event.listen(
        postgresql_database.sync_engine,
        "commit",
        lambda link: said.append(link.connection.driver_connection.parting),
    )

    def unit(session: Session) -> None:
        announce(session, "outbox")
        session.execute(
            text("CREATE TEMPORARY TABLE later (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)")
        )
        session.execute(text("INSERT INTO later VALUES (1), (1)"))

    with pytest.raises(Exception, match="duplicate key"):
        await postgresql_database.write(unit)
    await postgresql_database.write(lambda s: found(s).id)
    assert [text.startswith("NOTIFY usher") for text in said] == [True, False]
