"""Facts, recorded with the change that they tell."""

from __future__ import annotations

import pytest
from pydantic import ValidationError
from sqlalchemy.orm import Session

from core.errors import Conflict
from core.facts import KINDS, MemberJoined, UnreadableFact, read_fact
from core.model import Payload
from core.outbox import EventStatus, OutboxEvent, list_waiting, record
from core.routing import ROUTES
from tests.cast import Cast

JOINED: Payload = {"group_id": 1, "person_id": 2, "invite_id": 3}


async def test_a_fact_reads_back_as_it_was_recorded(cast: Cast) -> None:
    fact = MemberJoined(group_id=cast.tigers.id, person_id=cast.bob.id, invite_id=3)
    await cast.write(lambda s: record(s, fact, now=cast.now))
    (event,) = await cast.rows(OutboxEvent)
    assert read_fact(event.event_type, event.payload) == fact
    assert (event.status, event.created_at, event.group_id) == (
        EventStatus.PENDING,
        cast.now,
        cast.tigers.id,
    )


async def test_a_commit_with_a_fact_wakes_the_outbox(sqlite_cast: Cast) -> None:
    cast, heard = sqlite_cast, list[frozenset[str]]()
    cast.database.on_commit(heard.append)
    fact = MemberJoined(group_id=cast.tigers.id, person_id=cast.bob.id, invite_id=3)
    await cast.write(lambda s: record(s, fact, now=cast.now))
    assert heard == [frozenset({"outbox"})]


@pytest.mark.fault(5)
async def test_a_refusal_takes_its_fact_with_it(cast: Cast) -> None:
    def refuse(s: Session) -> None:
        fact = MemberJoined(group_id=cast.tigers.id, person_id=cast.bob.id, invite_id=3)
        record(s, fact, now=cast.now)
        raise Conflict("no")

    with pytest.raises(Conflict):
        await cast.write(refuse)
    assert await cast.rows(OutboxEvent) == []


@pytest.mark.fault(12)
@pytest.mark.parametrize(
    ("event_type", "payload", "reason"),
    [
        ("member.exploded", JOINED, "unknown event type 'member.exploded'"),
        ("member.joined", {}, "3 fields are wrong"),
        ("member.joined", {**JOINED, "person_id": "2"}, "1 fields are wrong"),
        ("member.joined", {**JOINED, "extra": 1}, "1 fields are wrong"),
        ("member.joined", {**JOINED, "group_id": None}, "1 fields are wrong"),
    ],
)
def test_what_cannot_be_read_says_why(event_type: str, payload: Payload, reason: str) -> None:
    with pytest.raises(UnreadableFact, match=reason):
        read_fact(event_type, payload)


@pytest.mark.fault(12)
@pytest.mark.parametrize("payload", [[], "text", 7, None])
def test_a_payload_that_is_no_object_is_unreadable_too(payload: Payload) -> None:
    with pytest.raises(UnreadableFact):
        read_fact("member.joined", payload)


def test_a_fact_never_changes() -> None:
    fact = MemberJoined(group_id=1, person_id=2, invite_id=3)
    with pytest.raises(ValidationError):
        fact.group_id = 2


def test_each_fact_has_a_name_of_its_own_and_somebody_to_tell() -> None:
    assert {kind.event_type for kind in KINDS.values()} == set(KINDS)
    assert set(ROUTES) == set(KINDS.values())


async def test_facts_wait_in_the_order_of_their_recording(cast: Cast) -> None:
    for invite in (1, 2, 3):
        fact = MemberJoined(group_id=cast.tigers.id, person_id=cast.bob.id, invite_id=invite)
        await cast.write(lambda s, fact=fact: record(s, fact, now=cast.now))  # type: ignore[misc]
    found = await cast.read(lambda s: list_waiting(s, limit=2))
    assert [event.payload["invite_id"] for event in found] == [1, 2]
