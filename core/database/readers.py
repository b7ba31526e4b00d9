"""Readers: on SQLite, those who only read disturb nobody and wait for nobody who writes."""

from __future__ import annotations

import asyncio
from contextvars import copy_context
from functools import partial
from typing import TypeVar

from core.database.hops import Hop, Track
from core.database.outages import TROUBLE, is_outage, reason_of
from core.database.turns import Turns
from core.database.units import Unit
from core.database.works import read
from core.errors import DatabaseUnavailable

T = TypeVar("T")

# More than two disturb each other: one thread at a time runs Python. But a long one, or two, are to
# hold up nobody else.
FEW, MOST = 2, 8


class Readers:
    """Hops that only read, opened as they are needed. Each unit sees one snapshot."""

    def __init__(self, track: Track, *, patience_s: float) -> None:
        make = partial(Hop, track, writes=False)
        self._hops = Turns(make, few=FEW, most=MOST, patience_s=patience_s, what="reads")
        self._clearing: set[asyncio.Task[None]] = set()

    async def run(self, unit: Unit[T]) -> T:
        """Raises DatabaseUnavailable, or whatever `unit` raises."""
        hop = await self._hops.take()
        try:
            result = await hop.run(partial(read, unit=unit, context=copy_context()))
        except asyncio.CancelledError:
            self._clear(hop)
            raise
        except TROUBLE as error:
            self._hops.give(hop)
            if is_outage(error):
                raise DatabaseUnavailable(reason_of(error)) from error
            raise
        except BaseException:
            self._hops.give(hop)
            raise
        self._hops.give(hop)
        return result

    async def close(self) -> None:
        """After what was begun."""
        await asyncio.gather(*self._clearing)
        for hop in self._hops.empty():
            await hop.close()

    def _clear(self, hop: Hop) -> None:
        """Its reader left in the middle: nobody waits behind what nobody waits for."""
        task = asyncio.create_task(self._stop(hop))
        self._clearing.add(task)
        task.add_done_callback(self._clearing.discard)

    async def _stop(self, hop: Hop) -> None:
        await hop.stop()
        self._hops.give(hop)
