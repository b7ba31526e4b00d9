"""Watchdog: a loop that no longer turns is started again, and at last the process ends instead."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

# Nothing is lost by that: whatever a process is at is in the database, and it is started again.
EXIT_STATUS = 75

log = structlog.get_logger(__name__)


def end_process() -> None:
    """At once: what is wedged could hold up an orderly end for ever."""
    os._exit(EXIT_STATUS)


@dataclass(slots=True)
class Watchdog:
    """Runs `loop` for ever. `overdue` tells since when it should have come round: seconds, or None.

    When that is `limit_s` or more it is cancelled, has `patience_s` to end, and is started again
    once `renew` has let go of what it may hang on. When that has not brought it round `tries` times
    in a row, or it can't be cancelled, `give_up` is called.
    """

    loop: Callable[[], Awaitable[None]]
    overdue: Callable[[], float | None]
    renew: Callable[[], Awaitable[None]]
    limit_s: float = 75.0
    patience_s: float = 10.0
    tries: int = 3
    give_up: Callable[[], None] = end_process

    async def run(self) -> None:
        """Until cancelled, or until it gave up. Raises what the loop raises."""
        in_vain = 0
        while in_vain < self.tries:
            began = time.monotonic()
            task = asyncio.ensure_future(self.loop())
            try:
                await self._watch(task, began)
            finally:
                freed = await self._end(task)
            if not freed:
                break
            in_vain = 1 if self._came_round_since(began) else in_vain + 1
            log.error("a loop did not turn any more and is started again", in_vain=in_vain)
            await self.renew()
        log.critical("a loop can't be brought to turn again, so this process ends")
        self.give_up()

    async def _watch(self, task: asyncio.Future[None], began: float) -> None:
        """Returns when it is overdue for too long. Raises what it raises."""
        while (left := self.limit_s - self._waited(began)) > 0:
            done, _ = await asyncio.wait([task], timeout=left)
            if done:
                return await task
        return None

    def _waited(self, began: float) -> float:
        """Seconds since it should have come round, or since it began."""
        age, overdue = time.monotonic() - began, self.overdue()
        return age if overdue is None else min(age, overdue)

    def _came_round_since(self, began: float) -> bool:
        overdue = self.overdue()
        return overdue is not None and overdue < time.monotonic() - began

    async def _end(self, task: asyncio.Future[None]) -> bool:
        """Whether it is gone."""
        task.cancel()
        done, _ = await asyncio.wait([task], timeout=self.patience_s)
        return bool(done)
