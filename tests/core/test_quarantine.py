"""An old backup that comes back to life repeats nothing by itself."""

from __future__ import annotations

import pytest

from core.deliveries import DeliveryStatus
from core.deliveries.quarantine import REASON, quarantine
from core.deliveries.redrive import retry_all
from core.deliveries.trail import View
from core.facts import MemberJoined
from core.outbox import EventStatus, OutboxEvent, record
from tests.cast import Cast
from tests.core.dead import statuses
from tests.core.sending import claim, only, queue

pytestmark = pytest.mark.fault(30)


async def start(cast: Cast) -> int:
    return await cast.write(lambda s: quarantine(s, now=cast.now))


async def test_what_was_due_a_day_ago_is_held_back_and_not_sent(cast: Cast) -> None:
    await queue(cast, "-1")
    cast.clock.advance(hours=25)
    await queue(cast, "-2")
    await start(cast)
    assert [one.address for one in await claim(cast)] == ["-2"]
    assert (await statuses(cast))[0] == "uncertain"


async def test_what_waits_for_an_hour_is_sent(cast: Cast) -> None:
    await queue(cast, "-1")
    cast.clock.advance(hours=23)
    assert await start(cast) == 0
    assert len(await claim(cast)) == 1


async def test_a_claim_of_long_ago_is_held_back_too(cast: Cast) -> None:
    await queue(cast, "-1")
    await claim(cast)
    cast.clock.advance(hours=25)
    await start(cast)
    row = await only(cast)
    assert (row.status, row.last_error) == (DeliveryStatus.UNCERTAIN, REASON)


async def test_a_fact_of_long_ago_becomes_no_message(cast: Cast) -> None:
    fact = MemberJoined(group_id=cast.tigers.id, person_id=cast.bob.id, invite_id=1)
    await cast.write(lambda s: record(s, fact, now=cast.now))
    cast.clock.advance(hours=25)
    assert await start(cast) == 1
    (event,) = await cast.rows(OutboxEvent)
    assert (event.status, event.last_error) == (EventStatus.DEAD, REASON)


async def test_somebody_may_send_it_after_all(cast: Cast) -> None:
    await queue(cast, "-1")
    cast.clock.advance(hours=25)
    await start(cast)
    view = View.UNCERTAIN
    await cast.write(
        lambda s: retry_all(s, cast.alice(s), group=cast.tigers(s), view=view, now=cast.now)
    )
    assert len(await claim(cast)) == 1
