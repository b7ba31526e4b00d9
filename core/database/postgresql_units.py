"""Units of work on PostgreSQL: a few at a time, each in the thread of its connection."""

from __future__ import annotations

import asyncio
from contextvars import copy_context
from functools import partial
from typing import TypeVar

from sqlalchemy import URL
from sqlalchemy.orm import Session

from core.database.engines import postgresql_engine, postgresql_engine_in_thread
from core.database.links import Link, Road
from core.database.turns import Turns
from core.database.units import Heard, Unit, topics_of
from core.database.wire import Wire
from core.database.works import Work
from core.errors import DatabaseUnavailable

T = TypeVar("T")

# More than three only wait for each other, since one thread at a time runs Python; but those that
# wait for a lock are to hold up nobody else.
FEW, MOST = 3, 8


class PostgresqlUnits:
    """`heard` is called with the topics of each unit that was kept, here or elsewhere."""

    def __init__(self, url: URL, heard: Heard, *, patience_s: float, pooled: bool) -> None:
        self.engine = postgresql_engine(url, patience_s=patience_s, pooled=pooled)
        self.sync_engine = postgresql_engine_in_thread(url, patience_s=patience_s, pooled=pooled)
        self._heard = heard
        self._wire = Wire(url, heard)
        self._can_listen = not pooled
        make = partial(Link, Road(self.sync_engine, patience_s))
        self._links = Turns(make, few=FEW, most=MOST, patience_s=patience_s, what="units of work")
        self._clearing: set[asyncio.Task[None]] = set()

    async def listen(self) -> None:
        if self._can_listen:
            await self._wire.listen()

    async def write(self, unit: Unit[T], *, alone: bool) -> T:
        return await self._run(self._announcing(unit), keep=True)

    async def read(self, unit: Unit[T]) -> T:
        return await self._run(unit, keep=False)

    async def close(self) -> None:
        """After what was begun."""
        await asyncio.gather(*self._clearing)
        for link in self._links.empty():
            await link.close()
        await self.engine.dispose()

    async def _run(self, unit: Unit[T], *, keep: bool) -> T:
        link = await self._links.take()
        work = Work(unit, asyncio.get_running_loop().create_future(), copy_context(), keep=keep)
        try:
            link.begin(work, partial(self._end, link, work))
        except RuntimeError as error:
            self._links.give(link)
            raise DatabaseUnavailable("no thread can be started for it") from error
        try:
            await work.over
        except asyncio.CancelledError:
            if work.over.cancelled():
                self._clear(link, work)
            raise
        outcome: T = work.outcome()
        return outcome

    def _end(self, link: Link, work: Work) -> None:
        """Listeners hear of a commit before who waits for it goes on."""
        try:
            if work.topics:
                self._heard(work.topics)
        finally:
            if not work.over.cancelled():
                self._links.give(link)
                work.settle()

    def _clear(self, link: Link, work: Work) -> None:
        """Its caller left in the middle: nobody waits behind what nobody waits for."""
        task = asyncio.create_task(self._stop(link, work))
        self._clearing.add(task)
        task.add_done_callback(self._clearing.discard)

    async def _stop(self, link: Link, work: Work) -> None:
        await link.stop(work)
        self._links.give(link)

    def _announcing(self, unit: Unit[T]) -> Unit[T]:
        """The unit, which tells other processes too when it commits."""

        def announcing(session: Session) -> T:
            result = unit(session)
            if topics := topics_of(session):
                self._wire.tell(session, topics)
            return result

        return announcing
