"""Readers: on SQLite, those who only read disturb nobody and wait for nobody who writes."""

from __future__ import annotations

import asyncio
from collections import deque
from contextvars import copy_context
from functools import partial
from typing import TypeVar

from core.database.hops import Hop, Track
from core.database.outages import TROUBLE, is_outage, reason_of
from core.database.units import Unit
from core.database.works import read
from core.errors import DatabaseUnavailable

T = TypeVar("T")

MOST = 8


class Readers:
    """Hops that only read, opened as they are needed. Each unit sees one snapshot."""

    def __init__(self, track: Track, *, patience_s: float) -> None:
        self._track = track
        self._patience_s = patience_s
        self._hops: list[Hop] = []
        self._free: list[Hop] = []  # the last one first: its pages are still at hand
        self._waiting: deque[asyncio.Future[Hop]] = deque()
        self._clearing: set[asyncio.Task[None]] = set()

    async def run(self, unit: Unit[T]) -> T:
        """Raises DatabaseUnavailable, or whatever `unit` raises."""
        hop = await self._take()
        try:
            result = await hop.run(partial(read, unit=unit, context=copy_context()))
        except asyncio.CancelledError:
            self._clear(hop)
            raise
        except TROUBLE as error:
            self._give(hop)
            if is_outage(error):
                raise DatabaseUnavailable(reason_of(error)) from error
            raise
        except BaseException:
            self._give(hop)
            raise
        self._give(hop)
        return result

    async def close(self) -> None:
        """After what was begun."""
        await asyncio.gather(*self._clearing)
        hops, self._hops, self._free = self._hops, [], []
        for hop in hops:
            await hop.close()

    async def _take(self) -> Hop:
        if self._free:
            return self._free.pop()
        if len(self._hops) < MOST:
            self._hops.append(hop := Hop(self._track, writes=False))
            return hop
        waiting: asyncio.Future[Hop] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        try:
            async with asyncio.timeout(self._patience_s):
                return await waiting
        except (TimeoutError, asyncio.CancelledError) as error:
            if waiting.done() and not waiting.cancelled():  # at the very last moment
                self._give(waiting.result())
            if isinstance(error, TimeoutError):
                raise DatabaseUnavailable("too many reads wait before this one") from error
            raise

    def _give(self, hop: Hop) -> None:
        while self._waiting:
            if not (waiting := self._waiting.popleft()).done():
                waiting.set_result(hop)
                return
        self._free.append(hop)

    def _clear(self, hop: Hop) -> None:
        """Its reader left in the middle: nobody waits behind what nobody waits for."""
        task = asyncio.create_task(self._stop(hop))
        self._clearing.add(task)
        task.add_done_callback(self._clearing.discard)

    async def _stop(self, hop: Hop) -> None:
        await hop.stop()
        self._give(hop)
