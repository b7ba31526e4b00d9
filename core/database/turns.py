"""Turns: a few things that are used one by one, made as they are needed, and waited for in line."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from core.errors import DatabaseUnavailable

H = TypeVar("H")


class Turns(Generic[H]):
    """At most so many of what `make` makes. `what` waits is named to whoever waited too long."""

    def __init__(self, make: Callable[[], H], *, most: int, patience_s: float, what: str) -> None:
        self._make = make
        self._most = most
        self._patience_s = patience_s
        self._what = what
        self._made: list[H] = []
        self._free: list[H] = []  # the last one first: what it knows is still at hand
        self._waiting: deque[asyncio.Future[H]] = deque()

    async def take(self) -> H:
        """Raises DatabaseUnavailable when none is given back for so long."""
        if self._free:
            return self._free.pop()
        if len(self._made) < self._most:
            self._made.append(made := self._make())
            return made
        waiting: asyncio.Future[H] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
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
        while self._waiting:
            if not (waiting := self._waiting.popleft()).done():
                waiting.set_result(one)
                return
        self._free.append(one)

    def empty(self) -> list[H]:
        """All that were made, which are nobody's from here on."""
        made, self._made, self._free = self._made, [], []
        return made
