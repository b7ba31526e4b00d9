"""Bots that are killed again and again, at named instructions and at random: nothing is lost."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.access import Member
from core.deliveries import Delivery, DeliveryStatus
from core.inbox import InboxRow
from core.invites.redemptions import Redemption
from core.outbox import OutboxEvent
from core.people import Identity
from core.replies import REPEATED
from tests.cast import Clock, meet
from tests.conftest import opened
from tests.faults.herd import Herd, nursery
from tests.faults.rig import sandbox_at
from tests.sizes import KILLS, SECONDS_A_KILL

pytestmark = [pytest.mark.timeout(480 + KILLS * SECONDS_A_KILL)]


@pytest.fixture
async def herd(database_url: str, tmp_path: Path) -> AsyncIterator[Herd]:
    seed = random.randrange(10**9)  # noqa: S311 - which dies where, no secret
    print("seed", seed)  # noqa: T201 - to have it happen again
    async with (
        sandbox_at(tmp_path / "ledger.jsonl") as sandbox,
        opened(database_url, busy_timeout_s=60) as database,
        nursery(tmp_path) as bots,
    ):
        cast = await meet(database, Clock(datetime.now(UTC)))
        yield Herd(cast, sandbox, bots, database_url, random.Random(seed))  # noqa: S311


@pytest.mark.fault(1)
@pytest.mark.fault(2)
@pytest.mark.fault(3)
@pytest.mark.fault(4)
@pytest.mark.fault(42)
async def test_kills_at_named_points_and_at_random_lose_nothing_and_do_nothing_twice(
    herd: Herd,
) -> None:
    for _ in range(KILLS):
        await herd.generation()
    await herd.peace()
    assert herd.deaths.total() == KILLS
    await every_guest_is_in_once(herd)
    await every_welcome_is_there_and_each_repeat_is_explained(herd)
    await every_answer_that_came_twice_is_noted(herd)


async def every_guest_is_in_once(herd: Herd) -> None:
    """What was acknowledged has happened, and has happened once."""
    people = {row.person_id: int(row.address) for row in await herd.cast.rows(Identity)}
    guests = Counter(guest.id for guest in herd.guests)
    joined = Counter(people[row.person_id] for row in await herd.cast.rows(Member))
    used = Counter(people[row.person_id] for row in await herd.cast.rows(Redemption))
    told = Counter(
        people[row.payload["person_id"]]
        for row in await herd.cast.rows(OutboxEvent)
        if row.event_type == "member.joined"
    )
    assert {one: joined[one] for one in guests} == guests
    assert (used, told) == (guests, guests)


async def every_welcome_is_there_and_each_repeat_is_explained(herd: Herd) -> None:
    """At most one repeat for each sender that vanished over a message."""
    entries = [one for one in herd.sandbox.ledger.entries if one["chat_id"] in herd.rooms]
    heard = Counter(str(one["text"]) for one in entries)
    for row, name in await welcomes(herd):
        times = sum(count for text, count in heard.items() if name in text)
        assert times >= 1 or row.status is DeliveryStatus.UNCERTAIN, f"{name} was not welcomed"
        if row.id not in herd.redriven:
            assert times <= 1 + row.lost_claims, f"{name} was welcomed {times} times"


async def every_answer_that_came_twice_is_noted(herd: Herd) -> None:
    rows = await herd.cast.rows(InboxRow)
    noted = sum(row.last_error == REPEATED for row in rows)
    told = [one for one in herd.sandbox.ledger.entries if "You are in" in str(one.get("text"))]
    heard = Counter(one["chat_id"] for one in told)
    assert sum(times - 1 for times in heard.values()) <= noted
    assert max(heard.values(), default=0) <= 2


async def welcomes(herd: Herd) -> list[tuple[Delivery, str]]:
    """Each welcome with the name of whom it greets."""
    people = {row.person_id: int(row.address) for row in await herd.cast.rows(Identity)}
    names = {guest.id: guest.name for guest in herd.guests}
    whom = {
        row.id: row.payload["person_id"]
        for row in await herd.cast.rows(OutboxEvent)
        if row.event_type == "member.joined"
    }
    told = await herd.cast.rows(Delivery)
    return [(row, names[people[whom[row.outbox_id]]]) for row in told if row.outbox_id in whom]
