"""Messages, each claimed by one sender at a time and settled by nobody else."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.deliveries import Delivery, oldest_due
from core.deliveries.claims import LEASE, MAX_LOST_CLAIMS
from core.deliveries.errors import DeliveryError
from core.model import database_time
from tests.cast import Cast
from tests.core.sending import (
    DEAD,
    SENDING,
    SENT,
    cancelled,
    claim,
    expire_leases,
    extended,
    only,
    queue,
    refused,
    sent,
)


@pytest.mark.fault(1)
async def test_what_was_committed_before_a_crash_is_sent_once(cast: Cast) -> None:
    await queue(cast, "-1001")
    (claimed,) = await claim(cast)
    assert (claimed.address, claimed.attempts) == ("-1001", 1)
    assert claimed.event.event_type == "member.joined"
    assert await sent(cast, claimed)
    assert await claim(cast) == []
    row = await only(cast)
    assert (row.status, row.provider_id, row.sent_at) == (SENT, "77", cast.now)


@pytest.mark.fault(2)
async def test_a_claim_whose_sender_died_is_taken_over(cast: Cast) -> None:
    await queue(cast, "-1001")
    await claim(cast)
    assert await claim(cast) == []
    await expire_leases(cast)
    (again,) = await claim(cast)
    assert again.attempts == 2
    assert await sent(cast, again)


@pytest.mark.fault(3)
async def test_a_takeover_is_counted_as_a_suspected_repeat(cast: Cast) -> None:
    await queue(cast, "-1001")
    await claim(cast)
    assert (await only(cast)).lost_claims == 0
    await expire_leases(cast)
    await claim(cast)
    assert (await only(cast)).lost_claims == 1


@pytest.mark.fault(2)
async def test_a_lease_is_a_minute_by_the_database_s_clock(cast: Cast) -> None:
    await queue(cast, "-1001")
    cast.clock.advance(days=400)
    await claim(cast)
    clock = await cast.read(lambda s: s.scalars(select(database_time())).one())
    lease = (await only(cast)).lease_until
    assert lease is not None
    assert LEASE - timedelta(seconds=20) < lease - clock <= LEASE


@pytest.mark.fault(20, 21)
async def test_a_sender_with_a_wrong_clock_takes_nobody_s_claim(cast: Cast) -> None:
    await queue(cast, "-1001")
    await claim(cast)
    cast.clock.advance(hours=1)
    assert await claim(cast) == []


@pytest.mark.fault(6)
async def test_two_senders_never_hold_the_same_message(cast: Cast) -> None:
    await queue(cast, *(f"-{n}" for n in range(1, 21)))
    claims = [
        c for batch in await asyncio.gather(*(claim(cast, 7) for _ in range(4))) for c in batch
    ]
    ids = [claimed.id for claimed in claims]
    assert len(ids) == len(set(ids))
    assert len(ids) + len(await claim(cast, 20)) == 20


@pytest.mark.fault(6)
async def test_of_two_senders_and_one_message_one_gets_it(cast: Cast) -> None:
    await queue(cast, "-1001")
    batches = await asyncio.gather(*(claim(cast) for _ in range(6)))
    assert sorted(map(len, batches)) == [0, 0, 0, 0, 0, 1]


@pytest.mark.fault(8)
async def test_a_sender_that_wakes_too_late_changes_nothing(cast: Cast) -> None:
    await queue(cast, "-1001")
    (late,) = await claim(cast)
    await expire_leases(cast)
    (current,) = await claim(cast)
    assert not await sent(cast, late)
    assert not await refused(cast, late, DeliveryError("late", permanent=True))
    assert not await cancelled(cast, late)
    assert (await only(cast)).status is SENDING
    assert await sent(cast, current)


@pytest.mark.fault(7)
@pytest.mark.fault(8)
async def test_only_who_holds_a_claim_has_its_lease_run_on(cast: Cast) -> None:
    await queue(cast, "-1001")
    (late,) = await claim(cast)
    await expire_leases(cast)
    (current,) = await claim(cast)
    before = (await only(cast)).lease_until
    assert before is not None
    assert await extended(cast, late) == set()
    assert (await only(cast)).lease_until == before
    await expire_leases(cast)
    assert await extended(cast, current) == {current.id}
    after = (await only(cast)).lease_until
    assert after is not None
    assert after >= before
    await sent(cast, current)
    assert await extended(cast, current) == set()


@pytest.mark.fault(9)
async def test_a_completion_is_never_overwritten(cast: Cast) -> None:
    await queue(cast, "-1001")
    (claimed,) = await claim(cast)
    await sent(cast, claimed)
    assert not await refused(cast, claimed, DeliveryError("twice"))
    await expire_leases(cast)
    assert await claim(cast) == []
    assert (await only(cast)).status is SENT


@pytest.mark.fault(9)
async def test_a_takeover_and_a_completion_at_once_leave_one_of_them(cast: Cast) -> None:
    await queue(cast, "-1001")
    (first,) = await claim(cast)
    await expire_leases(cast)
    settled, again = await asyncio.gather(sent(cast, first), claim(cast))
    assert settled == (again == [])
    assert (await only(cast)).status is (SENT if settled else SENDING)


@pytest.mark.fault(11)
async def test_what_makes_its_senders_vanish_is_dead_and_the_rest_flows(cast: Cast) -> None:
    await queue(cast, "-1001", "-1002")
    for _ in range(MAX_LOST_CLAIMS):
        deadly = (await claim(cast))[0]
        assert deadly.address == "-1001"
        await expire_leases(cast)
        await cast.write(lambda s: _forgive(s, "-1002"))
    (harmless,) = await claim(cast)
    assert harmless.address == "-1002"
    dead, _ = await cast.rows(Delivery)
    assert (dead.status, dead.last_error) == (DEAD, "its sender vanished each time it was tried")


@pytest.mark.fault(15)
async def test_one_stuck_room_stops_no_other(cast: Cast) -> None:
    await queue(cast, "-1", "-1", "-1", "-2", "-3")
    first = await claim(cast)
    assert [c.address for c in first] == ["-1", "-2", "-3"]
    await refused(cast, first[0], DeliveryError("502"))
    await sent(cast, first[1])
    await queue(cast, "-2")
    assert [c.address for c in await claim(cast)] == ["-2"]


@pytest.mark.fault(15)
async def test_order_is_kept_for_each_room(cast: Cast) -> None:
    await queue(cast, "-1", "-2", "-1", "-2", "-1")
    seen: list[tuple[str, int]] = []
    while claims := await claim(cast, 1):
        seen += [(c.address, c.id) for c in claims]
        await sent(cast, claims[0])
    for address in ("-1", "-2"):
        ids = [number for room, number in seen if room == address]
        assert ids == sorted(ids)
    assert len(seen) == 5


def _forgive(session: Session, address: str) -> None:
    session.execute(update(Delivery).where(Delivery.address == address).values(lost_claims=0))


async def test_who_waits_behind_another_is_not_overdue(cast: Cast) -> None:
    await queue(cast, "-1", "-1")
    (first,) = await claim(cast)
    await refused(cast, first, DeliveryError("500"))
    cast.clock.advance(seconds=30)
    assert await cast.database.read(oldest_due) == cast.now + timedelta(seconds=30)
