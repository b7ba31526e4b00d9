"""What came in, once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core.database import Database
from core.inbox import (
    Arrival,
    InboxRow,
    InboxStatus,
    count_by_status,
    keep,
    list_waiting,
    mark_failed,
    mark_handled,
    oldest_waiting,
    prune,
    set_aside,
)
from core.model import Payload
from tests.cast import NOW, rows


def arrival(number: int, lane: str = "chat:1", payload: Payload | None = None) -> Arrival:
    return Arrival("telegram", str(number), lane, payload or {"update_id": number})


async def store(database: Database, *arrivals: Arrival) -> int:
    return await database.write(lambda s: keep(s, arrivals, now=NOW))


def waiting(session: Session) -> list[str]:
    return [row.external_id for row in list_waiting(session, limit=100)]


@pytest.mark.fault(43)
async def test_what_comes_three_times_is_kept_once(database: Database) -> None:
    assert await store(database, arrival(1), arrival(2), arrival(1)) == 2
    assert await store(database, arrival(2), arrival(3)) == 1
    assert await database.read(waiting) == ["1", "2", "3"]


@pytest.mark.fault(43)
async def test_what_comes_three_times_at_once_is_kept_once(database: Database) -> None:
    counts = await asyncio.gather(*(store(database, arrival(1), arrival(2)) for _ in range(3)))
    assert sorted(counts) == [0, 0, 2]
    assert len(await rows(database, InboxRow)) == 2


@pytest.mark.fault(43)
async def test_its_effects_belong_to_one_unit(database: Database) -> None:
    await store(database, arrival(1))
    claims = (database.write(lambda s: mark_handled(s, 1, now=NOW)) for _ in range(5))
    assert sorted(await asyncio.gather(*claims)) == [False] * 4 + [True]


@pytest.mark.fault(44)
async def test_an_id_that_falls_is_new_all_the_same(database: Database) -> None:
    await store(database, arrival(900_000_000))
    assert await store(database, arrival(17)) == 1
    assert await database.read(waiting) == ["900000000", "17"]


async def test_the_same_id_of_another_platform_is_another_update(database: Database) -> None:
    other = Arrival("groupme", "1", "chat:1", {})
    assert await store(database, arrival(1), other) == 2


@pytest.mark.attack(47)
@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud83d", "\udc4d\ud83d", "\x1b\x85\u202e"])
async def test_it_keeps_whatever_text_the_platform_sent(database: Database, text: str) -> None:
    payload: Payload = {"update_id": 1, "message": {"text": text}}
    await store(database, arrival(1, payload=payload), arrival(2))
    kept = await rows(database, InboxRow)
    assert [row.payload for row in kept] == [payload, {"update_id": 2}]


async def test_its_keeping_is_announced_when_there_is_something_new(database: Database) -> None:
    heard: list[frozenset[str]] = []
    database.on_commit(heard.append)
    await store(database, arrival(1))
    await store(database, arrival(1))
    await store(database)
    assert heard == [frozenset({"inbox"})]


async def test_busy_lanes_wait_and_the_others_do_not(database: Database) -> None:
    await store(database, arrival(1, "a"), arrival(2, "b"), arrival(3, "a"), arrival(4, "c"))
    found = await database.read(lambda s: list_waiting(s, busy_lanes={"a", "c"}, limit=10))
    assert [row.external_id for row in found] == ["2"]


@pytest.mark.fault(45)
async def test_an_unreadable_one_is_set_aside_and_stops_nobody(database: Database) -> None:
    await store(database, arrival(1), arrival(2))
    await database.write(lambda s: set_aside(s, 1, reason="no date", now=NOW))
    assert await database.read(waiting) == ["2"]
    kept, _ = await rows(database, InboxRow)
    assert (kept.status, kept.last_error) == (InboxStatus.UNREADABLE, "no date")
    assert kept.payload == {"update_id": 1}


async def test_what_fails_three_times_is_dead(database: Database) -> None:
    await store(database, arrival(1))
    fail = [await database.write(lambda s: mark_failed(s, 1, reason="bug")) for _ in range(3)]
    assert fail == [InboxStatus.PENDING, InboxStatus.PENDING, InboxStatus.DEAD]
    assert await database.read(waiting) == []


async def test_a_late_failure_does_not_bring_back_what_was_handled(database: Database) -> None:
    await store(database, arrival(1))
    await database.write(lambda s: mark_handled(s, 1, now=NOW))
    for _ in range(3):
        await database.write(lambda s: mark_failed(s, 1, reason="late"))
    (row,) = await rows(database, InboxRow)
    assert row.status is InboxStatus.HANDLED


async def test_handled_rows_go_after_their_time_and_no_others_do(database: Database) -> None:
    await store(database, *map(arrival, range(1, 6)))
    for number, age in ((1, 8), (2, 8), (3, 6)):
        at = NOW - timedelta(days=age)
        await database.write(lambda s, n=number, at=at: mark_handled(s, n, now=at))  # type: ignore[misc]
    await database.write(lambda s: set_aside(s, 4, reason="?", now=NOW - timedelta(days=30)))
    before = NOW - timedelta(days=7)
    assert await database.write(lambda s: prune(s, before=before, limit=1)) == 1
    assert await database.write(lambda s: prune(s, before=before)) == 1
    assert [row.id for row in await rows(database, InboxRow)] == [3, 4, 5]


async def test_readiness_sees_what_waits_longest(database: Database) -> None:
    assert await database.read(oldest_waiting) is None
    await store(database, arrival(1), arrival(2))
    await database.write(lambda s: keep(s, [arrival(3)], now=NOW + timedelta(seconds=9)))
    await database.write(lambda s: mark_handled(s, 1, now=NOW))
    assert await database.read(oldest_waiting) == NOW
    assert await database.read(count_by_status) == {"pending": 2}


TOKEN = "A" * 21 + "-_" + "9" * 20


@pytest.mark.attack(24)
async def test_what_was_handled_keeps_no_words(database: Database) -> None:
    await store(database, arrival(1, payload={"text": f"/start j_{TOKEN}"}))
    await database.write(lambda s: mark_handled(s, 1, now=NOW))
    [row] = await rows(database, InboxRow)
    assert row.payload == {}


@pytest.mark.attack(24)
async def test_what_is_kept_for_people_keeps_no_token(database: Database) -> None:
    said = [arrival(number, payload={"text": f"/start j_{TOKEN} hi"}) for number in (1, 2)]
    await store(database, *said)
    await database.write(lambda s: set_aside(s, 1, reason="odd", now=NOW))
    for _ in range(3):
        await database.write(lambda s: mark_failed(s, 2, reason="a bug"))
    assert [row.payload for row in await rows(database, InboxRow)] == [{"text": "/start … hi"}] * 2
