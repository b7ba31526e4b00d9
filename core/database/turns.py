"""Turns: a few things that are used one by one, made as they are needed, and waited for in line."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from core.errors import DatabaseUnavailable

H = TypeVar("H")

STUCK_S = 0.05


class Turns(Generic[H]):
    """`few` at a time of what `make` makes. One more, up to `most`, goes to who is first in line
    whenever none was given back for a moment: those in use are stuck, and nobody is to wait for
    that. `what` waits is named to whoever waited for `patience_s` seconds.
    """

    def __init__(
        self, make: Callable[[], H], *, few: int, most: int, patience_s: float, what: str
    ) -> None:
        self._make = make
        self._few, self._most = few, most
        self._patience_s = patience_s
        self._what = what
        self._made: list[H] = []
        self._free: list[H] = []  # the last one first: what it knows is still at hand
        self._waiting: deque[asyncio.Future[H]] = deque()
        self._moved_at = 0.0
        self._alarm: asyncio.TimerHandle | None = None

    async def take(self) -> H:
        """Raises DatabaseUnavailable when none is given back for so long."""
        if len(self._made) - len(self._free) < self._few:
            return self._next()
        waiting: asyncio.Future[H] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        self._look_later()
        try:
            async with asyncio.timeout(self._patience_s):
                return await waiting
        except (TimeoutError, asyncio.CancelledError) as error:
            if waiting.done() and not waiting.cancelled():  # at the very last moment
                self.give(waiting.result())
            if isinstance(error, TimeoutError):
                raise DatabaseUnavailable(f"too many {self._what} wait before this one") from error
            raise

    def give(self, one: H) -> None:
        self._moved_at = asyncio.get_running_loop().time()
        self._free.append(one)
        self._hand_over()

    def empty(self) -> list[H]:
        """All that were made, which are nobody's from here on."""
        made, self._made, self._free = self._made, [], []
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        return made

    def _next(self) -> H:
        if self._free:
            return self._free.pop()
        self._made.append(made := self._make())
        return made

    def _hand_over(self) -> None:
        while self._waiting:
            if not (waiting := self._waiting.popleft()).done():
                waiting.set_result(self._next())
                return

    def _look_later(self) -> None:
        if self._alarm is None and self._few < self._most:
            self._alarm = asyncio.get_running_loop().call_later(STUCK_S, self._look)

    def _look(self) -> None:
        self._alarm = None
        now = asyncio.get_running_loop().time()
        in_use = len(self._made) - len(self._free)
        if now - self._moved_at >= STUCK_S and in_use < self._most:
            self._moved_at = now
            self._hand_over()
        if self._waiting:
            self._look_later()
