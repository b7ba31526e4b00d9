"""Hop: a whole unit of work in SQLite's thread, instead of a change of threads a statement."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from typing import Any, TypeVar

import aiosqlite
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from core.database.engines import engine_in_thread
from core.database.unit_dialect import UnitConnection

T = TypeVar("T")

# Not SQL: it asks a connection to call what stands in its parameters.
CALL = "call"


class Calling(UnitConnection):
    """aiosqlite hands each statement to the thread of its connection. This one takes a function
    the same way, so that a unit of many statements changes threads once.
    """

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        if sql is not CALL:
            return super().execute(sql, parameters)
        nothing = self.cursor()
        for call in parameters:
            call(self)
        return nothing


class Track:
    """Opens the hops of one database, all on one engine: what is compiled is compiled once.

    `opening` makes the connections, which are `Calling` ones.
    """

    def __init__(self, opening: AsyncEngine) -> None:
        self.opening = opening
        self.engine = engine_in_thread(self._connection)
        self._here = threading.local()

    def connect(self, raw: UnitConnection, *, writes: bool) -> Connection:
        """In the thread of `raw`."""
        raw.writes, self._here.raw = writes, raw
        return self.engine.connect()

    def _connection(self) -> UnitConnection:
        found: UnitConnection = self._here.raw
        return found


class Hop:
    """One connection in a thread of its own, opened when it is first needed."""

    def __init__(self, track: Track, *, writes: bool) -> None:
        self._track = track
        self._writes = writes
        self._opening: asyncio.Task[aiosqlite.Connection] | None = None
        self._opened: AsyncConnection | None = None
        self._link: aiosqlite.Connection | None = None
        self._connection: Connection | None = None

    async def run(self, job: Callable[[Connection], T]) -> T:
        """What `job` returns or raises there. Cancelled, the job is not: see `stop`."""
        link = self._link
        if link is None:
            link = await asyncio.shield(self._open())
        results: list[T] = []
        await link.execute(CALL, (lambda raw: results.append(self._do(raw, job)),))
        return results[0]

    async def stop(self) -> None:
        """Break off the statement that runs, and wait for the end of what was asked for."""
        await self._settle()
        if self._link is not None:
            await self._link.interrupt()
            await self.run(lambda _: None)

    async def close(self) -> None:
        """After what was asked for. It may be used again, with another connection."""
        await self._settle()
        if self._opened is not None:
            await self.run(lambda connection: connection.close())
            opened, self._opened, self._link, self._connection = self._opened, None, None, None
            await opened.invalidate()  # not to be rolled back: the job has closed it
            await opened.close()

    def _open(self) -> asyncio.Task[aiosqlite.Connection]:
        """Goes on when who asked for it leaves: its thread will have something to tell the loop."""
        if self._opening is None or self._opening.done():
            self._opening = asyncio.create_task(self._connect())
        return self._opening

    async def _settle(self) -> None:
        if self._opening is not None:
            await asyncio.wait([self._opening])

    async def _connect(self) -> aiosqlite.Connection:
        opened = await self._track.opening.connect()
        link = (await opened.get_raw_connection()).driver_connection
        assert isinstance(link, aiosqlite.Connection)
        self._opened, self._link = opened, link
        return link

    def _do(self, raw: UnitConnection, job: Callable[[Connection], T]) -> T:
        if self._connection is None:
            self._connection = self._track.connect(raw, writes=self._writes)
        return job(self._connection)
