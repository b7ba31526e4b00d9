"""Clockwork: the jobs that a worker does regularly, and at once when they are woken."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial

from apscheduler.schedulers.asyncio import AsyncIOScheduler


class Clockwork:
    """APScheduler, with each job at most once at a time. `clock` tells UTC."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._scheduler = AsyncIOScheduler(timezone=UTC)

    def every(
        self,
        seconds: float,
        tick: Callable[[], Awaitable[None]],
        *,
        name: str,
        at_once: bool = False,
    ) -> None:
        """Run `tick` in that rhythm: first after one interval, or with `at_once` at the start."""
        first = {"next_run_time": self._clock()} if at_once else {}
        self._scheduler.add_job(
            tick,
            "interval",
            seconds=seconds,
            id=name,
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
        self._scheduler.pause()

    def stop(self) -> None:
        """Cancels what it still runs, `wait` or not: see the executor's shutdown."""
        self._scheduler.shutdown(wait=False)

    def _wake(self, name: str) -> None:
        if self._scheduler.running:
            self._scheduler.modify_job(name, next_run_time=self._clock())
