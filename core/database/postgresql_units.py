"""Units of work on PostgreSQL: as many at a time as the pool has connections."""

from __future__ import annotations

import contextlib
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import Session

from core.database.outages import TROUBLE, is_outage, may_run_again, reason_of
from core.database.units import Heard, Topics, Unit, topics_of
from core.database.wire import Wire
from core.errors import DatabaseUnavailable

T = TypeVar("T")

ATTEMPTS = 3
# PostgreSQL reads one snapshot only when it is asked to.
SNAPSHOT = {"isolation_level": "REPEATABLE READ"}


class PostgresqlUnits:
    """`heard` is called with the topics of each unit that was kept, here or elsewhere."""

    def __init__(self, engine: AsyncEngine, heard: Heard, *, pooled: bool) -> None:
        self.engine = engine
        self._heard = heard
        self._wire = Wire(engine.url, heard)
        self._can_listen = not pooled
        self.sync_engine = engine.sync_engine

    async def listen(self) -> None:
        if self._can_listen:
            await self._wire.listen()

    async def write(self, unit: Unit[T], *, alone: bool) -> T:
        result, topics = await self._run(self._announcing(unit), write=True)
        if topics:
            self._heard(topics)
        return result

    async def read(self, unit: Unit[T]) -> T:
        result, _ = await self._run(unit, write=False)
        return result

    async def close(self) -> None:
        await self.engine.dispose()

    async def _run(self, unit: Unit[T], *, write: bool) -> tuple[T, Topics]:
        for attempt in range(1, ATTEMPTS + 1):
            with contextlib.suppress(_RunAgain):
                return await self._try(unit, write=write, last=attempt == ATTEMPTS)
        raise AssertionError("the last attempt returns or raises")

    async def _try(self, unit: Unit[T], *, write: bool, last: bool) -> tuple[T, Topics]:
        committing = False
        try:
            async with AsyncSession(self.engine, expire_on_commit=False) as session:
                options: dict[str, Any] = {} if write else SNAPSHOT
                await session.connection(execution_options=options)
                result = await session.run_sync(unit)
                committing = write
                if write:
                    await session.commit()
                return result, topics_of(session.sync_session)
        except TROUBLE as error:
            if not last and may_run_again(error, committing=committing):
                raise _RunAgain from error
            if is_outage(error):
                raise DatabaseUnavailable(reason_of(error)) from error
            raise

    def _announcing(self, unit: Unit[T]) -> Unit[T]:
        """The unit, which tells other processes too when it commits."""

        def announcing(session: Session) -> T:
            result = unit(session)
            if topics := topics_of(session):
                self._wire.tell(session, topics)
            return result

        return announcing


class _RunAgain(Exception):
    pass
