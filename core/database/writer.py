"""Writer: SQLite takes one at a time, and several in one commit."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from contextvars import copy_context
from functools import partial
from typing import TypeVar

from core.database.hops import Hop
from core.database.units import Heard, Unit
from core.database.works import Work, run_together
from core.errors import DatabaseUnavailable

T = TypeVar("T")

GROUP = 64


class Writer:
    """Who writes waits in line here: SQLite's busy handler is a lottery. Those who wait at the
    same time are committed together, for the sync to the disk is what costs most.
    """

    def __init__(self, hop: Hop, heard: Heard, *, patience_s: float) -> None:
        self._hop = hop
        self._heard = heard
        self._patience_s = patience_s
        self._line: deque[Work] = deque()
        self._driver: asyncio.Task[None] | None = None

    async def run(self, unit: Unit[T], *, alone: bool) -> T:
        loop = asyncio.get_running_loop()
        work = Work(unit, loop.create_future(), copy_context(), alone=alone)
        self._line.append(work)
        if self._driver is None or self._driver.done():
            self._driver = loop.create_task(self._drive())
        expiry = loop.call_later(self._patience_s, self._expire, work)
        try:
            await work.over
        finally:
            expiry.cancel()
        outcome: T = work.outcome()
        return outcome

    async def close(self) -> None:
        """After what was begun."""
        if self._driver is not None and not self._driver.done():
            await self._driver
        await self._hop.close()

    def _expire(self, work: Work) -> None:
        if work in self._line:
            self._line.remove(work)
            work.fail(DatabaseUnavailable("too many writes wait before this one"))
            work.settle()

    async def _drive(self) -> None:
        """While somebody waits."""
        while works := self._next():
            over: Sequence[Work] = works
            try:
                over = await self._hop.run(partial(run_together, works=works))
            except Exception as error:
                for work in works:
                    work.fail(error)
            finally:
                self._line.extendleft(work for work in reversed(works) if work not in over)
                self._settle(over)

    def _settle(self, over: Sequence[Work]) -> None:
        """Listeners hear of a commit before who waits for it goes on."""
        try:
            for work in over:
                if work.topics:
                    self._heard(work.topics)
        finally:
            for work in over:
                work.settle()

    def _next(self) -> list[Work]:
        """Those who are first in line; nobody waits for latecomers."""
        works: list[Work] = []
        while self._line and len(works) < GROUP:
            if works and (self._line[0].alone or works[0].alone):
                break
            work = self._line.popleft()
            if not work.over.cancelled():
                works.append(work)
        return works
