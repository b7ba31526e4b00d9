"""Who wanted somebody out of a room hears that it failed."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from core.access import MemberState
from core.chats.expulsion import expel_from_rooms
from core.deliveries import Delivery, DeliveryStatus
from core.deliveries.misses import report_misses
from core.facts import ExpulsionFailed, MemberExpelled, read_fact
from core.members.changes import Sanction
from core.outbox import OutboxEvent, record
from core.people import mark_reachable
from core.routing import fan_out
from tests.cast import Cast


async def order(cast: Cast) -> None:
    """Alice has bob, who is no longer in, banned from the room; nothing is done yet."""
    await cast.bind()
    await cast.part(cast.bob, MemberState.REMOVED)

    def unit(s: Session) -> None:
        group = cast.tigers(s)
        by = cast.alice(s)
        expel_from_rooms(
            s, by, group=group, person_id=cast.bob.id, sanction=Sanction.BAN, now=cast.now
        )
        s.flush()
        fan_out(s, now=cast.now, limit=10)

    await cast.write(unit)


async def settle(cast: Cast, status: DeliveryStatus) -> None:
    await cast.write(lambda s: s.execute(update(Delivery).values(status=status)))


async def report(cast: Cast) -> int:
    return await cast.write(lambda s: report_misses(s, now=cast.now))


@pytest.mark.parametrize("status", [DeliveryStatus.FAILED, DeliveryStatus.DEAD])
async def test_who_ordered_it_hears_once_that_it_failed(cast: Cast, status: DeliveryStatus) -> None:
    await order(cast)
    await settle(cast, status)
    assert [await report(cast), await report(cast)] == [1, 0]
    last = (await cast.rows(OutboxEvent))[-1]
    fact = read_fact(last.event_type, last.payload)
    assert isinstance(fact, ExpulsionFailed)
    assert (fact.person_id, fact.by_id, fact.ban) == (cast.bob.id, cast.alice.id, True)


@pytest.mark.parametrize("status", [DeliveryStatus.PENDING, DeliveryStatus.SENT])
async def test_nobody_hears_of_what_is_done_or_may_be_yet(
    cast: Cast, status: DeliveryStatus
) -> None:
    await order(cast)
    await settle(cast, status)
    assert await report(cast) == 0


async def test_of_an_order_without_a_name_nobody_hears(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    await cast.bind()
    await cast.part(cast.bob, MemberState.REMOVED)
    fact = MemberExpelled(group_id=cast.tigers.id, person_id=cast.bob.id, ban=False)
    await cast.write(lambda s: record(s, fact, now=cast.now))
    await cast.write(lambda s: fan_out(s, now=cast.now, limit=10))
    await settle(cast, DeliveryStatus.FAILED)
    assert await report(cast) == 0


async def test_it_is_told_in_private(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    await order(cast)
    await settle(cast, DeliveryStatus.FAILED)
    await cast.write(lambda s: mark_reachable(s, platform="telegram", address="1001"))
    await report(cast)
    await cast.write(lambda s: fan_out(s, now=cast.now, limit=10))
    told = (await cast.rows(Delivery))[-1]
    assert (told.kind, told.address) == ("expulsion_failed", "1001")
