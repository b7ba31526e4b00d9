"""Lookout: notices that the database has become that of another version, and ends the process."""

from __future__ import annotations

import asyncio

import structlog

from core.database import Database
from core.errors import DatabaseUnavailable
from core.leases import read_revision

LOOK_S = 2.0

log = structlog.get_logger(__name__)


class Lookout:
    """`revision` is the one that this program was written for; `stop` is set when it has passed."""

    def __init__(self, database: Database, revision: str | None, stop: asyncio.Event) -> None:
        self._database = database
        self.revision = revision
        self._stop = stop
        self.seen: str | None = None

    async def run(self) -> None:
        """Until it is so."""
        while not self._stop.is_set():
            try:
                self.note(await self._database.read(read_revision))
            except DatabaseUnavailable as error:
                log.warning("the schema can't be looked at", reason=str(error))
            await asyncio.sleep(LOOK_S)

    def note(self, revision: str | None) -> bool:
        """Whether the database is still ours to work with."""
        if revision == self.revision:
            return True
        self.seen = revision or "none"
        self._stop.set()
        return False
