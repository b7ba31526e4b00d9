"""Patience: what may be asked twice is asked again when GroupMe is busy, by all at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.groupme_api import GroupMeError

T = TypeVar("T")

TRIES = 6
FIRST_PAUSE_S = 0.5


class Patience:
    """When GroupMe asks one call to wait, all others wait as well. `pause` takes seconds."""

    def __init__(
        self,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pause = pause
        self._clock = clock
        self._quiet_until = 0.0

    async def ask(self, call: Callable[[], Awaitable[T]]) -> T:
        """The answer of a call that does no harm when it is repeated. Raises GroupMeError."""
        for number in range(TRIES):
            await self._wait()
            try:
                return await call()
            except GroupMeError as error:
                if not error.is_passing or number == TRIES - 1:
                    raise
                wait_s = error.retry_after_s or FIRST_PAUSE_S * 2**number
                self._quiet_until = max(self._quiet_until, self._clock() + wait_s)
        raise AssertionError("the last try returns or raises")

    async def _wait(self) -> None:
        rest_s = self._quiet_until - self._clock()
        if rest_s > 0:
            await self._pause(rest_s)
