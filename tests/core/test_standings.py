"""What we lack in a room: the owners hear of it, and what was to be said there is called off."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from core.access import Role
from core.audit import AuditEntry
from core.chats import Chat, Loss, find_chat
from core.chats.standings import check_room, lose_room, note_standing
from core.deliveries import Delivery, DeliveryStatus
from core.facts import MemberJoined
from core.outbox import OutboxEvent, record
from core.routing import fan_out
from tests.cast import Cast
from tests.core.door import ROOM, later, reach

REMOVED, MUTED, RIGHTS = Loss


@pytest.fixture
async def room(sqlite_cast: Cast) -> Cast:
    await sqlite_cast.bind(ROOM)
    return sqlite_cast


async def stand(cast: Cast, loss: Loss | None, *, seconds: float = 0, address: str = ROOM) -> None:
    """Telegram said so, `seconds` from now."""
    await cast.write(
        lambda s: note_standing(
            s,
            platform="telegram",
            address=address,
            loss=loss,
            by=cast.bob(s).person,
            seen_at=later(cast, seconds=seconds),
            now=cast.now,
        )
    )


async def refuse(cast: Cast, loss: Loss) -> None:
    """A message to the room was refused."""
    await cast.write(
        lambda s: lose_room(
            s, platform="telegram", address=ROOM, loss=loss, reason="403", now=cast.now
        )
    )


async def join(cast: Cast) -> None:
    fact = MemberJoined(group_id=cast.tigers.id, person_id=cast.bob.id, invite_id=None)
    await cast.write(lambda s: record(s, fact, now=cast.now))


async def told(cast: Cast) -> list[tuple[str, str, DeliveryStatus]]:
    await cast.database.write(lambda s: fan_out(s, now=cast.now, limit=100))
    return [(row.kind, row.address, row.status) for row in await cast.rows(Delivery)]


async def the_loss(cast: Cast) -> Loss | None:
    (chat,) = await cast.rows(Chat)
    assert (chat.lost_at is None) == (chat.lost_reason is None)
    return chat.lost_reason


async def test_the_owners_hear_that_the_room_is_lost(cast: Cast) -> None:
    await cast.bind(ROOM)
    await cast.join(cast.bob, Role.ADMIN)
    await reach(cast, cast.alice, cast.bob)
    await stand(cast, REMOVED)
    assert await the_loss(cast) is REMOVED
    assert await told(cast) == [("room_lost", "1001", DeliveryStatus.PENDING)]


async def test_the_audit_says_who_did_it(room: Cast) -> None:
    await stand(room, REMOVED)
    await stand(room, None, seconds=1)
    lost, regained = (await room.rows(AuditEntry))[-2:]
    assert (lost.action, lost.actor_id, lost.details) == (
        "room.lost",
        room.bob.id,
        {"loss": "removed"},
    )
    assert regained.action == "room.regained"


async def test_what_was_regained_is_no_longer_marked(room: Cast) -> None:
    await stand(room, RIGHTS)
    await stand(room, None, seconds=1)
    assert await the_loss(room) is None


@pytest.mark.fault(47)
async def test_older_news_change_nothing(room: Cast) -> None:
    await stand(room, None, seconds=5)
    await stand(room, REMOVED, seconds=1)
    assert await the_loss(room) is None
    assert await room.rows(OutboxEvent) == []


async def test_the_same_loss_twice_is_told_once(room: Cast) -> None:
    await stand(room, REMOVED)
    await stand(room, REMOVED, seconds=1)
    await refuse(room, REMOVED)
    assert len(await room.rows(OutboxEvent)) == 1


@pytest.mark.fault(37)
async def test_a_refused_message_marks_the_room_too(room: Cast) -> None:
    await refuse(room, REMOVED)
    assert await the_loss(room) is REMOVED
    assert (await room.rows(AuditEntry))[-1].details == {"loss": "removed", "reason": "403"}


async def test_a_missing_right_does_not_hide_that_we_are_out(room: Cast) -> None:
    await stand(room, REMOVED)
    await refuse(room, RIGHTS)
    assert await the_loss(room) is REMOVED


@pytest.mark.parametrize("loss", [REMOVED, MUTED])
async def test_what_waits_for_a_silent_room_is_called_off(cast: Cast, loss: Loss) -> None:
    await cast.bind(ROOM)
    await join(cast)
    assert await told(cast) == [("welcome", ROOM, DeliveryStatus.PENDING)]
    await stand(cast, loss)
    await join(cast)
    assert await told(cast) == [("welcome", ROOM, DeliveryStatus.CANCELLED)] * 2
    reasons = {row.last_error for row in await cast.rows(Delivery)}
    assert reasons == {f"we can't speak in this room: {loss}"}


async def test_without_the_right_to_invite_welcomes_go_on(room: Cast) -> None:
    await stand(room, RIGHTS)
    await join(room)
    assert ("welcome", ROOM, DeliveryStatus.PENDING) in await told(room)


async def test_other_rooms_of_the_group_go_on(room: Cast) -> None:
    await room.bind("-100600")
    await stand(room, REMOVED)
    await join(room)
    assert ("welcome", "-100600", DeliveryStatus.PENDING) in await told(room)


@pytest.mark.attack(43)
async def test_a_room_of_no_group_is_nobody_s_business(sqlite_cast: Cast) -> None:
    await stand(sqlite_cast, REMOVED)
    assert await sqlite_cast.rows(OutboxEvent) == []


async def test_who_ties_a_room_without_rights_hears_of_it_in_private(room: Cast) -> None:
    def unit(s: Session) -> bool:
        chat = find_chat(s, platform="telegram", address=ROOM)
        assert chat is not None
        return check_room(s, room.alice(s), chat, loss=RIGHTS, now=room.now)

    await reach(room, room.alice)
    assert await room.write(unit)
    assert await the_loss(room) is RIGHTS
    assert await told(room) == [("room_needs_rights", "1001", DeliveryStatus.PENDING)]
