"""Stars pay for a crowd's messages: only where a system admin allows it, only while they last."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from sqlalchemy.orm import Session

from bot.ground import Ground
from bot.pacing import PACED
from bot.platforms.telegram.stars import StarWatch
from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox
from bot.telegram_api import PLATFORM, TelegramBot
from core.deliveries.paid import allow_paid_sending
from tests.bot.platforms.telegram.phones import DANA
from tests.cast import Cast

FREE, PAID = 30, 1000  # messages a second


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


@dataclass(frozen=True)
class Looking:
    """The watch, and how many messages a second it lets go out after each look at the purse."""

    watch: StarWatch
    ground: Ground

    async def again(self) -> int:
        await self.watch.tick()
        return round(1 / self.ground.pacing.spacing[PLATFORM].total_seconds())


@pytest.fixture
def look(watch: StarWatch, ground: Ground) -> Looking:
    return Looking(watch, ground)


@pytest.fixture
async def rich(look: Looking, sandbox: Sandbox, cast: Cast) -> None:
    """Paid sending is allowed, the purse is full, and the watch has seen both."""
    await allow(cast)
    sandbox.telegram.purse.tenths = 1_000
    assert await look.again() == PAID


async def test_nothing_is_paid_unless_it_is_allowed(
    look: Looking, sandbox: Sandbox, cast: Cast
) -> None:
    sandbox.telegram.purse.tenths = 1_000
    assert await look.again() == FREE
    await allow(cast)
    assert await look.again() == PAID
    await allow(cast, allowed=False)
    assert await look.again() == FREE


@pytest.mark.usefixtures("rich")
async def test_the_reserve_is_not_touched(look: Looking, sandbox: Sandbox) -> None:
    sandbox.telegram.purse.tenths = 100
    assert await look.again() == FREE


@pytest.mark.usefixtures("rich")
async def test_a_balance_that_is_not_known_pays_nothing(look: Looking, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("getMyStarBalance", times=1, status=500))
    assert await look.again() == FREE


@pytest.mark.usefixtures("rich")
async def test_what_senders_send_is_paid_for_beyond_the_free_messages(
    bot: TelegramBot, sandbox: Sandbox
) -> None:
    sandbox.limits.switch(enabled=True)
    people = [sandbox.telegram.add_person(f"Guest {n}").id for n in range(32)]
    for person in people:
        sandbox.telegram.say(person, person, "/start")
    PACED.set(True)
    for person in people:
        await bot.send_message(person, "Hello")
    assert sandbox.telegram.purse.tenths == 998


@pytest.mark.usefixtures("rich")
async def test_an_answer_is_never_paid_for(bot: TelegramBot, sandbox: Sandbox) -> None:
    sandbox.telegram.say(DANA, DANA, "/start")
    sandbox.limits.switch(enabled=True)
    for _ in range(3):
        await bot.send_message(DANA, "Hello")
    assert sandbox.telegram.purse.tenths == 1_000
