"""Stars pay for a crowd's messages: only where a system admin allows it, only while they last."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from bot.ground import Ground
from bot.pacing import PACED
from bot.platforms.telegram.stars import StarWatch
from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox
from bot.telegram_api import PLATFORM, TelegramBot
from core.paid_sending import allow_paid_sending
from tests.bot.platforms.telegram.phones import DANA
from tests.cast import Cast


async def allow(cast: Cast, *, allowed: bool = True) -> None:
    ruler = replace(cast.charlie, system_admin=True)

    def unit(session: Session) -> None:
        actor, now = ruler(session), cast.now
        allow_paid_sending(session, actor, PLATFORM, allowed=allowed, reserve=10, now=now)

    await cast.write(unit)


@pytest.fixture
def ground(cast: Cast) -> Ground:
    return Ground(cast.database, cast.clock)


@pytest.fixture
def watch(bot: TelegramBot, ground: Ground) -> StarWatch:
    return StarWatch(bot, ground)


def a_second(ground: Ground) -> float:
    return 1 / ground.pacing.spacing[PLATFORM].total_seconds()


async def test_nothing_is_paid_unless_it_is_allowed(
    watch: StarWatch, ground: Ground, sandbox: Sandbox, cast: Cast
) -> None:
    sandbox.telegram.purse.tenths = 1_000
    await watch.tick()
    assert round(a_second(ground)) == 30
    await allow(cast)
    await watch.tick()
    assert round(a_second(ground)) == 1000
    await allow(cast, allowed=False)
    await watch.tick()
    assert round(a_second(ground)) == 30


async def test_the_reserve_is_not_touched(
    watch: StarWatch, ground: Ground, sandbox: Sandbox, cast: Cast
) -> None:
    await allow(cast)
    sandbox.telegram.purse.tenths = 100
    await watch.tick()
    assert round(a_second(ground)) == 30


async def test_a_balance_that_is_not_known_pays_nothing(
    watch: StarWatch, ground: Ground, sandbox: Sandbox, cast: Cast
) -> None:
    await allow(cast)
    sandbox.telegram.purse.tenths = 1_000
    await watch.tick()
    sandbox.faults.add(Fault("getMyStarBalance", times=1, status=500))
    await watch.tick()
    assert round(a_second(ground)) == 30


async def test_what_senders_send_is_paid_for_beyond_the_free_messages(
    watch: StarWatch, bot: TelegramBot, sandbox: Sandbox, cast: Cast
) -> None:
    await allow(cast)
    sandbox.telegram.purse.tenths = 1_000
    await watch.tick()
    sandbox.limits.switch(enabled=True)
    people = [sandbox.telegram.add_person(f"Guest {n}").id for n in range(32)]
    for person in people:
        sandbox.telegram.say(person, person, "/start")
    PACED.set(True)
    for person in people:
        await bot.send_message(person, "Hello")
    assert sandbox.telegram.purse.tenths == 998


async def test_an_answer_is_never_paid_for(
    watch: StarWatch, bot: TelegramBot, sandbox: Sandbox, cast: Cast
) -> None:
    await allow(cast)
    sandbox.telegram.purse.tenths = 1_000
    await watch.tick()
    sandbox.telegram.say(DANA, DANA, "/start")
    sandbox.limits.switch(enabled=True)
    for _ in range(3):
        await bot.send_message(DANA, "Hello")
    assert sandbox.telegram.purse.tenths == 1_000
