"""A loop that hangs is started again; one that can't be helped ends the process."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

import pytest

from bot.progress import Progress
from bot.watchdog import Watchdog
from tests.cast import Clock

pytestmark = pytest.mark.fault(41)


@dataclass
class Loop:
    """Comes round so many times each time it is started, then hangs, also when it is cancelled."""

    turns: int = 0
    stubborn: bool = False
    starts: int = 0
    renewed: int = 0
    turned_at: float | None = None
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        self.starts += 1
        for _ in range(self.turns):
            await asyncio.sleep(0)
            self.turned_at = time.monotonic()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            if not self.stubborn:
                raise
            await self.ended.wait()

    async def renew(self) -> None:
        self.renewed += 1

    def overdue(self) -> float | None:
        return None if self.turned_at is None else time.monotonic() - self.turned_at

    def watched(self) -> Watchdog:
        return Watchdog(
            self.run, self.overdue, self.renew, 0.05, 0.05, tries=3, give_up=self.ended.set
        )


async def test_a_loop_that_never_turns_is_started_three_times_and_then_given_up() -> None:
    loop = Loop()
    await asyncio.wait_for(loop.watched().run(), 10)
    assert (loop.starts, loop.renewed, loop.ended.is_set()) == (3, 3, True)


async def test_a_loop_that_comes_round_after_each_start_is_never_given_up() -> None:
    loop = Loop(turns=2)
    running = asyncio.create_task(loop.watched().run())
    async with asyncio.timeout(10):
        while loop.starts < 6:  # noqa: ASYNC110 - there is nothing to wait on but its own turns
            await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.wait([running])
    assert not loop.ended.is_set()


async def test_a_loop_that_can_not_be_cancelled_is_given_up_at_once() -> None:
    loop = Loop(stubborn=True)
    await asyncio.wait_for(loop.watched().run(), 10)
    assert (loop.starts, loop.renewed, loop.ended.is_set()) == (1, 0, True)


async def test_what_the_loop_raises_is_raised() -> None:
    async def broken() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await Watchdog(broken, lambda: None, Loop().renew).run()


async def test_a_cancelled_watch_takes_the_loop_along() -> None:
    loop = Loop()
    dog = Watchdog(loop.run, loop.overdue, loop.renew, give_up=loop.ended.set)
    running = asyncio.create_task(dog.run())
    await asyncio.sleep(0)
    running.cancel()
    await asyncio.wait([running])
    assert (running.cancelled(), loop.ended.is_set()) == (True, False)


def test_polling_is_overdue_only_when_its_pause_is_over(clock: Clock) -> None:
    progress = Progress(clock, lambda: clock().timestamp())
    assert progress.poll_overdue_s() is None
    progress.poll_failed("429", pause_s=300)
    clock.advance(seconds=290)
    assert progress.poll_overdue_s() == -10
    progress.poll_succeeded()
    clock.advance(seconds=4)
    assert progress.poll_overdue_s() == 4
