"""The regular jobs: in their rhythm, at once when woken, and never twice at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.clockwork import Clockwork
from bot.ground import utc_now

HOUR_S = 3600


class Job:
    """Counts how often it ran; `gate` keeps it from ending."""

    def __init__(self) -> None:
        self.runs: asyncio.Queue[int] = asyncio.Queue()
        self.gate = asyncio.Event()
        self.gate.set()
        self.count = 0

    async def tick(self) -> None:
        self.count += 1
        self.runs.put_nowait(self.count)
        await self.gate.wait()


@pytest.fixture
async def clockwork() -> AsyncIterator[Clockwork]:
    clockwork = Clockwork(utc_now)
    yield clockwork
    clockwork.stop()


async def test_a_job_may_begin_with_the_start(clockwork: Clockwork) -> None:
    job = Job()
    clockwork.every(HOUR_S, job.tick, name="job", at_once=True)
    clockwork.start()
    assert await asyncio.wait_for(job.runs.get(), 5) == 1


async def test_a_job_that_is_woken_does_not_wait_for_its_time(clockwork: Clockwork) -> None:
    job, wake = Job(), clockwork.waker("job")
    clockwork.every(HOUR_S, job.tick, name="job")
    clockwork.start()
    wake()
    assert await asyncio.wait_for(job.runs.get(), 5) == 1


async def test_to_wake_a_job_before_the_start_does_nothing(clockwork: Clockwork) -> None:
    job = Job()
    clockwork.every(HOUR_S, job.tick, name="job")
    clockwork.waker("job")()
    clockwork.start()
    assert job.count == 0


@pytest.mark.fault(18)
async def test_a_job_never_runs_beside_itself(clockwork: Clockwork) -> None:
    job, quick = Job(), Job()
    job.gate.clear()
    clockwork.every(0.01, job.tick, name="job")
    clockwork.every(0.05, quick.tick, name="quick")
    clockwork.start()
    for _ in range(3):
        await asyncio.wait_for(quick.runs.get(), 5)
    assert job.count == 1
    job.gate.set()


async def test_what_runs_when_it_is_paused_is_waited_for(clockwork: Clockwork) -> None:
    job = Job()
    job.gate.clear()
    clockwork.every(HOUR_S, job.tick, name="job", at_once=True)
    clockwork.start()
    await asyncio.wait_for(job.runs.get(), 5)
    clockwork.pause()
    idle = asyncio.ensure_future(clockwork.idle())
    await asyncio.sleep(0)
    assert not idle.done()
    job.gate.set()
    await asyncio.wait_for(idle, 5)


async def test_a_job_that_was_due_as_it_was_paused_does_not_begin(clockwork: Clockwork) -> None:
    job = Job()
    clockwork.every(HOUR_S, job.tick, name="job", at_once=True)
    clockwork.start()
    clockwork.pause()
    await asyncio.wait_for(clockwork.idle(), 5)
    await asyncio.sleep(0.05)
    assert job.count == 0
