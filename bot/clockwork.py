"""Clockwork: the jobs that a worker does regularly, and at once when they are woken."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial

from apscheduler.schedulers.asyncio import AsyncIOScheduler


class Clockwork:
    """APScheduler, with each job at most once at a time. `clock` tells UTC; `on_duty` whether it is
    up to this process to do what one process does for all.
    """

    def __init__(
        self, clock: Callable[[], datetime], on_duty: Callable[[], bool] = lambda: True
    ) -> None:
        self._clock = clock
        self._on_duty = on_duty
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._idle = asyncio.Event()
        self._idle.set()
        self._running = 0
        self._paused = False

    def every(
        self,
        seconds: float,
        tick: Callable[[], Awaitable[None]],
        *,
        name: str,
        at_once: bool = False,
        everywhere: bool = False,
    ) -> None:
        """Run `tick` in that rhythm: first after one interval, or with `at_once` at the start; with
        `everywhere` in each process.
        """
        first = {"next_run_time": self._clock()} if at_once else {}
        self._scheduler.add_job(
            partial(self._run, tick, everywhere),
            "interval",
            seconds=seconds,
            id=name,
            name=name,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
            **first,
        )

    def waker(self, name: str) -> Callable[[], None]:
        """What has the job `name` run now, if the clockwork runs."""
        return partial(self._wake, name)

    def start(self) -> None:
        self._scheduler.start()

    def pause(self) -> None:
        """Begin nothing more."""
        self._paused = True
        self._scheduler.pause()

    async def idle(self) -> None:
        """Returns when no job runs: cancelled in mid-query it would keep its connection."""
        await self._idle.wait()

    def stop(self) -> None:
        """Cancels what it still runs, `wait` or not: see the executor's shutdown."""
        self._scheduler.shutdown(wait=False)

    def _wake(self, name: str) -> None:
        if self._scheduler.running:
            self._scheduler.modify_job(name, next_run_time=self._clock())

    async def _run(self, tick: Callable[[], Awaitable[None]], everywhere: bool) -> None:
        if self._paused:  # the scheduler had handed it over already
            return
        if not (everywhere or self._on_duty()):
            return
        self._running += 1
        self._idle.clear()
        try:
            await tick()
        finally:
            self._running -= 1
            if not self._running:
                self._idle.set()
