"""Units of work on SQLite: one writer, a few readers, each with a thread of its own."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import URL

from core.database.engines import sqlite_engine
from core.database.hops import Calling, Hop, Track
from core.database.readers import Readers
from core.database.units import Heard, Unit
from core.database.writer import Writer

T = TypeVar("T")


class SqliteUnits:
    """`heard` is called with the topics of each unit that was kept."""

    def __init__(self, url: URL, heard: Heard, *, busy_timeout_s: float, patience_s: float) -> None:
        self.engine = sqlite_engine(url, busy_timeout_s=busy_timeout_s, factory=Calling)
        self._track = Track(self.engine)
        self.sync_engine = self._track.engine
        self._writer = Writer(Hop(self._track, writes=True), heard, patience_s=2 * busy_timeout_s)
        self._readers = Readers(self._track, patience_s=patience_s)

    async def write(self, unit: Unit[T], *, alone: bool) -> T:
        return await self._writer.run(unit, alone=alone)

    async def read(self, unit: Unit[T]) -> T:
        return await self._readers.run(unit)

    async def close(self) -> None:
        await self._writer.close()
        await self._readers.close()
        await self.engine.dispose()
