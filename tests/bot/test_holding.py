"""A process that does something alone, or stands by for it."""

from __future__ import annotations

import asyncio
import os
import sys

import pytest

from bot.holding import LOOK_S, RENEW_S, Holding, is_dead, place
from core.leases import LEASE_S
from tests.cast import Cast


class Work:
    """Something that goes on for as long as it may."""

    def __init__(self) -> None:
        self.begun, self.ended = asyncio.Event(), asyncio.Event()

    async def __call__(self) -> None:
        self.begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.ended.set()


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What the clock shows: change the only entry."""
    ticks = [0.0]
    monkeypatch.setattr("bot.holding.ticks", lambda: ticks[0])
    return ticks


async def test_one_holds_it_and_the_other_stands_by(sqlite_cast: Cast) -> None:
    first, second = (Holding(sqlite_cast.database, "send") for _ in range(2))
    await first.ask()
    await second.ask()
    assert (first.held, second.held) == (True, False)
    await first.let_go()
    await second.ask()
    assert (first.held, second.held) == (False, True)


def test_whoever_stands_by_has_taken_over_within_15_seconds() -> None:
    assert LEASE_S + LOOK_S <= 15
    assert 2 * RENEW_S < LEASE_S, "one renewal may fail"


async def test_what_is_not_renewed_is_not_held_any_more(
    sqlite_cast: Cast, shown: list[float]
) -> None:
    holding = Holding(sqlite_cast.database, "send")
    await holding.ask()
    shown[0] = LEASE_S - 0.1
    assert holding.held
    shown[0] = LEASE_S
    assert not holding.held


async def test_work_begins_with_the_lease_and_ends_with_it(sqlite_cast: Cast) -> None:
    holding, other, work = Holding(sqlite_cast.database, "send"), "elsewhere/1/other", Work()
    going = asyncio.create_task(holding.whenever_held(work))
    assert not work.begun.is_set()
    await holding.ask()
    await asyncio.wait_for(work.begun.wait(), 5)
    await holding.let_go()
    await Holding(sqlite_cast.database, "send", holder=other).ask()
    await holding.ask()
    await asyncio.wait_for(work.ended.wait(), 5)
    going.cancel()


@pytest.mark.skipif(not place(), reason="this system does not tell its processes apart")
async def test_a_process_that_is_gone_is_not_waited_for(sqlite_cast: Cast) -> None:
    gone = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    await gone.wait()
    name = f"{place()}/{gone.pid}/0"
    await Holding(sqlite_cast.database, "send", holder=name).ask()
    heir = Holding(sqlite_cast.database, "send")
    await heir.ask()
    assert heir.held


def test_nobody_is_declared_dead_who_may_live() -> None:
    assert not is_dead(f"{place()}/{os.getpid()}/0")
    assert not is_dead("another machine/pid:[1]/999999/0")
    assert not is_dead("/999999/0")
