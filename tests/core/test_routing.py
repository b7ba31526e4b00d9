"""Facts fanned out into deliveries, exactly once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from core.deliveries import Delivery, DeliveryStatus
from core.deliveries.fanning import Destination
from core.facts import KINDS, Fact, MemberJoined
from core.outbox import EventStatus, OutboxEvent, record
from core.routing import ROUTES, fan_out
from tests.cast import Cast

ROOMS = ("-1001", "-1002")


async def joined(cast: Cast, times: int = 1) -> None:
    def unit(s: Session) -> None:
        for invite in range(times):
            fact = MemberJoined(group_id=cast.tigers.id, person_id=cast.bob.id, invite_id=invite)
            record(s, fact, now=cast.now)
            s.flush()

    await cast.write(unit)


async def fan(cast: Cast, limit: int = 100) -> int:
    return await cast.database.write(lambda s: fan_out(s, now=cast.now, limit=limit))


async def test_each_room_of_the_group_is_told_and_no_other(cast: Cast) -> None:
    lions = await cast.group("Lions")
    await cast.bind("-1009", group=lions)
    for address in ROOMS:
        await cast.bind(address)
    await joined(cast)
    assert await fan(cast) == 1
    rows = await cast.rows(Delivery)
    assert [(row.channel, row.address, row.kind) for row in rows] == [
        ("telegram", address, "welcome") for address in ROOMS
    ]
    assert {(row.status, row.attempts, row.due_at) for row in rows} == {
        (DeliveryStatus.PENDING, 0, cast.now)
    }


async def test_a_group_without_a_room_has_nobody_to_tell(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    await joined(cast)
    assert await fan(cast) == 1
    (event,) = await cast.rows(OutboxEvent)
    assert (event.status, event.processed_at) == (EventStatus.DONE, cast.now)
    assert await cast.rows(Delivery) == []


@pytest.mark.fault(16)
async def test_fanning_out_twice_makes_nothing_twice(cast: Cast) -> None:
    await cast.bind()
    await joined(cast)
    await fan(cast)
    again = update(OutboxEvent).values(status=EventStatus.PENDING)
    await cast.write(lambda s: s.execute(again).close())
    assert await fan(cast) == 1
    assert len(await cast.rows(Delivery)) == 1


@pytest.mark.fault(6)
async def test_two_workers_fan_each_fact_out_once(cast: Cast) -> None:
    await cast.bind()
    await joined(cast, times=20)
    while sum(await asyncio.gather(fan(cast, 7), fan(cast, 7))):
        pass
    deliveries = await cast.rows(Delivery)
    assert sorted(row.outbox_id for row in deliveries) == [
        event.id for event in await cast.rows(OutboxEvent)
    ]


@pytest.mark.fault(12)
@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        ({"event_type": "member.exploded"}, "unknown event type 'member.exploded'"),
        ({"payload": {"group_id": 1}}, "unreadable payload: 2 fields are wrong"),
        ({"payload": []}, "unreadable payload: 1 fields are wrong"),
    ],
)
async def test_an_unreadable_fact_is_dead_and_stops_nobody(
    cast: Cast, damage: dict[str, object], reason: str
) -> None:
    await cast.bind()
    await joined(cast, times=2)
    edit = update(OutboxEvent).where(OutboxEvent.id == 1).values(damage)
    await cast.write(lambda s: s.execute(edit).close())
    assert await fan(cast) == 2
    dead, done = await cast.rows(OutboxEvent)
    assert (dead.status, dead.last_error) == (EventStatus.DEAD, reason)
    assert done.status is EventStatus.DONE
    assert [row.outbox_id for row in await cast.rows(Delivery)] == [done.id]


async def test_it_takes_no_more_than_it_was_told_to(sqlite_cast: Cast) -> None:
    await joined(sqlite_cast, times=5)
    assert [await fan(sqlite_cast, 2) for _ in range(4)] == [2, 2, 1, 0]


async def test_a_route_that_breaks_stops_no_other_fact(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(session: Session, fact: Fact) -> Iterable[Destination]:
        assert isinstance(fact, MemberJoined)
        if fact.invite_id == 0:
            raise RuntimeError("a bug")
        return ROUTES[MemberJoined][0](session, fact)

    await cast.bind("-1001")
    await joined(cast, times=2)
    monkeypatch.setattr("core.routing.ROUTES", {MemberJoined: (broken,)})
    assert await fan(cast) == 2
    dead, done = await cast.rows(OutboxEvent)
    assert (dead.status, dead.last_error) == (EventStatus.DEAD, "RuntimeError: a bug")
    assert done.status is EventStatus.DONE
    assert len(await cast.rows(Delivery)) == 1


def test_every_fact_has_its_routes() -> None:
    assert set(ROUTES) == set(KINDS.values())
