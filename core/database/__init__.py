"""Units of work: a plain function over a Session, run as one transaction, committed here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Engine, make_url
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import Session

from core.database.engines import without_pool
from core.database.postgresql_units import PostgresqlUnits
from core.database.sqlite_units import SqliteUnits
from core.database.strand import take_short_turns
from core.database.units import Heard, Topics, Unit, announce
from core.errors import CoreError

__all__ = ["Database", "announce", "attempt", "take_short_turns"]

T = TypeVar("T")

PATIENCE_S = 30.0


class Database:
    """The one way to the data. `url` is any SQLAlchemy async URL for SQLite or PostgreSQL.

    A PostgreSQL that has not answered for `patience_s` seconds counts as away.

    `engine` is for migrations and for who looks on; units run on `sync_engine`, which may have
    other connections.
    """

    engine: AsyncEngine
    sync_engine: Engine

    def __init__(
        self, url: str, *, busy_timeout_s: float = 5.0, patience_s: float = PATIENCE_S
    ) -> None:
        address, pooled = without_pool(make_url(url))
        self._listeners: list[Heard] = []
        self._units: SqliteUnits | PostgresqlUnits
        if address.get_backend_name() == "sqlite":
            self._units = SqliteUnits(
                address, self._announce, busy_timeout_s=busy_timeout_s, patience_s=patience_s
            )
        else:
            self._units = PostgresqlUnits(
                address, self._announce, patience_s=patience_s, pooled=pooled
            )
        self.engine = self._units.engine
        self.sync_engine = self._units.sync_engine

    def on_commit(self, listener: Heard) -> None:
        """Call `listener` after each commit with the topics that its unit announced."""
        self._listeners.append(listener)

    async def listen(self) -> None:
        """Hear what other processes announce, until cancelled; where that can't be, do nothing."""
        if isinstance(self._units, PostgresqlUnits):
            await self._units.listen()

    async def write(self, unit: Unit[T], *, alone: bool = False) -> T:
        """Run `unit` in one transaction and commit it.

        On SQLite those that wait at the same time share a commit, unless `alone`, which is for
        long ones: nobody's commit is to wait for them. A unit may run several times, after a
        serialisation failure for instance, and must change nothing but its session.
        Raises DatabaseUnavailable; whatever else `unit` raises rolls back and passes through.
        Cancelled while it runs, a unit is undone, unless its commit has begun.
        """
        return await self._units.write(unit, alone=alone)

    async def read(self, unit: Unit[T]) -> T:
        """Run `unit` on one snapshot of the data and keep nothing. Raises DatabaseUnavailable."""
        return await self._units.read(unit)

    async def close(self) -> None:
        await self._units.close()

    def _announce(self, topics: Topics) -> None:
        for listener in self._listeners:
            listener(topics)


def attempt(session: Session, verb: Callable[[], T]) -> T:
    """Run `verb` so that a refusal undoes its changes but not the rest of the unit.

    A CoreError passes through after its aftermath was recorded.
    """
    try:
        with session.begin_nested():
            return verb()
    except CoreError as error:
        if error.aftermath is not None:
            error.aftermath(session)
        raise
