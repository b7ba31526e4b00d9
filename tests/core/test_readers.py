"""Units that only read on SQLite: side by side, a few at a time, and stopped when nobody waits."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core.database import Database
from core.database.readers import MOST
from core.errors import DatabaseUnavailable
from tests.core.units import count, found

PATIENCE_S = 10.0
ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n"


async def test_they_run_side_by_side(sqlite_database: Database) -> None:
    together = threading.Barrier(MOST)

    def meet(session: Session) -> int:
        together.wait(PATIENCE_S)
        return count(session)

    reads = (sqlite_database.read(meet) for _ in range(MOST))
    assert await asyncio.gather(*reads) == [0] * MOST


async def test_more_than_there_are_threads_wait_for_a_free_one(sqlite_database: Database) -> None:
    reads = (sqlite_database.read(count) for _ in range(5 * MOST))
    assert await asyncio.gather(*reads) == [0] * 5 * MOST


async def test_who_no_longer_waits_for_an_endless_query_stops_it(
    sqlite_database: Database,
) -> None:
    begun = threading.Event()

    def endless(session: Session) -> None:
        begun.set()
        session.connection().exec_driver_sql(ENDLESS)

    for _ in range(MOST + 1):  # each of them would hold a thread for ever
        begun.clear()
        read = asyncio.create_task(sqlite_database.read(endless))
        assert await asyncio.to_thread(begun.wait, PATIENCE_S)
        await asyncio.sleep(0.01)  # into the statement
        read.cancel()
        with pytest.raises(asyncio.CancelledError):
            await read
    reads = (sqlite_database.read(count) for _ in range(2 * MOST))
    assert await asyncio.wait_for(asyncio.gather(*reads), PATIENCE_S) == [0] * 2 * MOST


async def test_those_that_take_long_hold_up_nobody(sqlite_database: Database) -> None:
    free = threading.Event()

    def hold(_: Session) -> None:
        assert free.wait(PATIENCE_S)

    held = [asyncio.create_task(sqlite_database.read(hold)) for _ in range(MOST - 1)]
    await asyncio.sleep(0)
    assert await sqlite_database.read(count) == 0
    free.set()
    await asyncio.gather(*held)


async def test_nobody_waits_for_a_free_thread_for_ever(sqlite_database_url: str) -> None:
    database = Database(sqlite_database_url, patience_s=1.0)
    free, taken = threading.Event(), threading.Semaphore(0)

    def hold(_: Session) -> None:
        taken.release()
        assert free.wait(PATIENCE_S)

    held = [asyncio.create_task(database.read(hold)) for _ in range(MOST)]
    for _ in range(MOST):
        assert await asyncio.to_thread(taken.acquire, timeout=PATIENCE_S)
    begun = time.monotonic()
    with pytest.raises(DatabaseUnavailable, match="too many reads"):
        await database.read(count)
    assert time.monotonic() - begun < PATIENCE_S / 2
    free.set()
    await asyncio.gather(*held)
    await database.close()


async def test_the_loop_goes_on_while_a_unit_runs(sqlite_database: Database) -> None:
    free = threading.Event()

    def hold(session: Session) -> str:
        assert free.wait(PATIENCE_S)
        return found(session).name

    held = asyncio.create_task(sqlite_database.write(hold))
    assert await sqlite_database.read(count) == 0
    free.set()
    assert await held == "Lions"


async def test_who_leaves_while_the_connection_opens_leaves_nobody_behind(
    sqlite_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, free = threading.Event(), threading.Event()
    connect: Callable[..., sqlite3.Connection] = sqlite3.connect

    def slow(*args: Any, **options: Any) -> sqlite3.Connection:
        begun.set()
        assert free.wait(PATIENCE_S)
        return connect(*args, **options)

    monkeypatch.setattr(sqlite3, "connect", slow)
    database = Database(sqlite_database_url)
    read = asyncio.create_task(database.read(count))
    assert await asyncio.to_thread(begun.wait, PATIENCE_S)
    read.cancel()
    with pytest.raises(asyncio.CancelledError):
        await read
    closing = asyncio.create_task(database.close())
    assert not (await asyncio.wait([closing], timeout=0.05))[0]  # it waits for the connection
    free.set()
    await closing
