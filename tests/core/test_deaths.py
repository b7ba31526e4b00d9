"""Words of deaths: an admin hears once for a cause, never in a storm."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select, update

from core.deliveries import Delivery, DeliveryStatus
from core.deliveries.deaths import BREATHER, REPEAT_AFTER, report_deaths
from core.facts import DeliveriesDied
from core.outbox import OutboxEvent
from core.routing import fan_out
from tests.cast import Cast
from tests.core.dead import lay
from tests.core.door import reach

DEAD = DeliveryStatus.DEAD
RULER = "telegram:1003"  # charlie


@pytest.fixture
async def heard(cast: Cast) -> Cast:
    """Alice, who owns the Tigers, can be written to, and so can charlie."""
    await reach(cast, cast.alice)
    await reach(cast, cast.charlie)
    return cast


async def report(cast: Cast) -> int:
    return await cast.write(lambda s: report_deaths(s, system_admins=[RULER], now=cast.now))


async def words(cast: Cast) -> list[DeliveriesDied]:
    said = select(OutboxEvent).where(OutboxEvent.event_type == DeliveriesDied.event_type)
    rows = await cast.read(lambda s: list(s.scalars(said.order_by(OutboxEvent.id))))
    return [DeliveriesDied.model_validate(row.payload) for row in rows]


@pytest.mark.fault(13)
async def test_an_admin_hears_once_for_a_cause_and_not_for_each_row(heard: Cast) -> None:
    await lay(heard, DEAD, *(f"-{n}" for n in range(1, 31)))
    assert [await report(heard), await report(heard)] == [1, 0]
    (word,) = await words(heard)
    assert word.person_ids == [heard.alice.id]
    assert [(cause.reason, cause.count) for cause in word.causes] == [("Internal Server Error", 30)]


async def test_two_processes_that_report_at_once_say_it_once(heard: Cast) -> None:
    await lay(heard, DEAD, "-1", "-2")
    await asyncio.gather(report(heard), report(heard))
    assert len(await words(heard)) == 1


async def test_reasons_that_differ_in_numbers_are_one_cause(heard: Cast) -> None:
    await lay(heard, DEAD, "-1", reason="message 17 not found")
    await lay(heard, DEAD, "-2", reason="message 18 not found")
    await report(heard)
    (word,) = await words(heard)
    assert [(cause.reason, cause.count) for cause in word.causes] == [("message # not found", 2)]


async def test_the_same_cause_is_told_again_hours_later_with_what_died_meanwhile(
    heard: Cast,
) -> None:
    await lay(heard, DEAD, "-1")
    await report(heard)
    heard.clock.advance(seconds=BREATHER.total_seconds() + 1)
    await lay(heard, DEAD, "-2", "-3")
    assert await report(heard) == 0
    heard.clock.advance(seconds=REPEAT_AFTER.total_seconds())
    assert await report(heard) == 1
    assert [word.causes[0].count for word in await words(heard)] == [1, 2]


async def test_another_cause_waits_for_a_breather_only(heard: Cast) -> None:
    await lay(heard, DEAD, "-1")
    await report(heard)
    await lay(heard, DEAD, "-2", reason="certificate expired")
    assert await report(heard) == 0
    heard.clock.advance(seconds=BREATHER.total_seconds() + 1)
    assert await report(heard) == 1
    assert (await words(heard))[1].causes[0].reason == "certificate expired"


async def test_its_own_death_makes_no_further_word(heard: Cast) -> None:
    await lay(heard, DEAD, "-1")
    await report(heard)
    await heard.write(lambda s: fan_out(s, now=heard.now, limit=10))
    dead = update(Delivery).values(status=DEAD, last_error="worse")
    await heard.write(lambda s: s.execute(dead.where(Delivery.kind == "deaths")).close())
    heard.clock.advance(days=1)
    assert await report(heard) == 0
