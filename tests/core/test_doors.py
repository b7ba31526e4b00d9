"""One person's own way into a room: who gets one, when it ends, and whom it lets in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.access import Role
from core.chats import Chat, Loss
from core.chats.doors import RoomLink
from core.chats.entrances import Entrance
from core.chats.link_fates import fail_link, keep_link
from core.chats.occupants import Presence
from core.chats.requests import JoinRequest, RequestState
from core.members import leave_group
from core.members.changes import remove_member
from core.outbox import OutboxEvent
from core.people import Identity
from tests.cast import Cast, Somebody
from tests.core.door import ROOM, knock, reach, see
from tests.core.test_requests import told

URL = "https://t.me/+abcdefgh"


@pytest.fixture
async def door(sqlite_cast: Cast) -> Cast:
    await sqlite_cast.bind(ROOM)
    return sqlite_cast


async def events(cast: Cast) -> list[str]:
    return [event.event_type for event in await cast.rows(OutboxEvent)]


async def joined(cast: Cast, who: Somebody | None = None, *, made: bool = True) -> RoomLink:
    """Charlie has accepted, and the platform has made the link."""
    who = who or cast.charlie
    await cast.accept(who, (await cast.invite()).token)
    link = (await cast.rows(RoomLink))[-1]
    if made:
        await cast.write(lambda s: keep_link(s, link_id=link.id, url=URL, now=cast.now))
    return link


async def set_chat(cast: Cast, **values: object) -> None:
    await cast.write(lambda s: s.execute(update(Chat).values(**values)).close())


async def test_who_accepts_is_shown_the_way_into_each_room(door: Cast) -> None:
    await door.bind("-100600")
    made = await door.invite()
    answer = await door.accept(door.charlie, made.token)
    assert answer.entrances == (Entrance("Team room", True), Entrance("Team room", True))
    links = await door.rows(RoomLink)
    assert [link.name.startswith(made.public_id) for link in links] == [True, True]
    assert {(link.person_id, link.expires_at) for link in links} == {
        (door.charlie.id, door.now + timedelta(hours=72))
    }


async def test_the_platform_makes_it_and_its_person_alone_hears_of_it(door: Cast) -> None:
    await reach(door, door.bob, door.charlie)
    await joined(door)
    assert await told(door) == [
        ("welcome", ROOM),
        ("room_link", ROOM),
        ("way_in", door.charlie.sender.address),
    ]


async def test_who_accepts_at_the_last_minute_has_an_hour_to_come_in(door: Cast) -> None:
    made = await door.invite(ttl=timedelta(hours=1))
    door.clock.advance(minutes=59)
    await door.accept(door.charlie, made.token)
    (link,) = await door.rows(RoomLink)
    assert link.expires_at == door.now + timedelta(hours=1)


async def test_who_is_in_the_room_already_needs_no_way_in(door: Cast) -> None:
    await see(door, door.charlie)
    answer = await door.accept(door.charlie, (await door.invite()).token)
    assert (answer.entrances, await door.rows(RoomLink)) == ((), [])


async def test_a_public_room_is_shown_by_its_own_address(door: Cast) -> None:
    await set_chat(door, share_url="https://t.me/tigers")
    await reach(door, door.charlie)
    await door.accept(door.charlie, (await door.invite()).token)
    assert await door.rows(RoomLink) == []
    assert (await told(door))[-1] == ("way_in", door.charlie.sender.address)


async def test_a_room_of_a_platform_that_somebody_is_not_on_is_shown_by_its_address_alone(
    door: Cast,
) -> None:
    await set_chat(door, platform="groupme")
    made = await door.invite(max_uses=0)
    assert (await door.accept(door.charlie, made.token)).entrances == ()
    await set_chat(door, share_url="https://groupme.com/join_group/1")
    dana = await door.somebody()
    assert (await door.accept(dana, made.token)).entrances == (Entrance("Team room", True),)


async def test_where_we_lack_the_right_nothing_is_promised(door: Cast) -> None:
    await set_chat(door, lost_reason=Loss.RIGHTS)
    answer = await door.accept(door.charlie, (await door.invite()).token)
    assert answer.entrances == (Entrance("Team room", False),)
    assert await events(door) == ["member.joined"]


async def test_a_refusal_of_the_platform_is_told_to_its_person(door: Cast) -> None:
    await reach(door, door.charlie)
    link = await joined(door, made=False)
    await door.write(lambda s: fail_link(s, link_id=link.id, now=door.now))
    assert (await told(door))[-1] == ("no_room_link", door.charlie.sender.address)


async def test_it_ends_with_its_invite(door: Cast) -> None:
    await joined(door)
    (made,) = await door.read(lambda s: s.scalars(select(RoomLink.name)).all())
    await door.revoke(door.alice, made.rpartition("_")[0])
    assert "room_link.ended" in await events(door)
    assert ("room_link_end", ROOM) in await told(door)


async def test_a_link_that_is_made_too_late_ends_at_once(door: Cast) -> None:
    link = await joined(door, made=False)
    await door.revoke(door.alice, link.name.rpartition("_")[0])
    assert "room_link.ended" not in await events(door)
    await door.write(lambda s: keep_link(s, link_id=link.id, url=URL, now=door.now))
    assert (await events(door))[-1] == "room_link.ended"


@pytest.mark.parametrize("how", ["leave", "remove", "ban", "arrive"])
async def test_it_ends_when_its_person_goes_or_is_in(door: Cast, how: str) -> None:
    link = await joined(door)
    door.clock.advance(seconds=1)

    def unit(s: Session) -> None:
        group = door.tigers(s)
        if how == "leave":
            leave_group(s, door.charlie(s), group=group, now=door.now)
            return
        ban = how == "ban"
        remove_member(
            s, door.alice(s), group=group, person_id=door.charlie.id, ban=ban, now=door.now
        )

    await (see(door, door.charlie) if how == "arrive" else door.write(unit))
    (link,) = await door.rows(RoomLink)
    assert link.ended_at == door.now
    assert (await events(door)).count("room_link.ended") == 1


async def test_its_person_is_let_in_at_once(door: Cast) -> None:
    link = await joined(door)
    await knock(door, door.charlie, link=link.name)
    (request,) = await door.rows(JoinRequest)
    assert request.state is RequestState.APPROVED


@pytest.mark.attack(7)
async def test_a_link_that_was_handed_on_turns_away_and_the_inviter_hears_it_once(
    cast: Cast,
) -> None:
    await cast.bind(ROOM)
    await reach(cast, cast.alice)
    link = await joined(cast)
    dana = await cast.somebody()
    for _ in range(2):
        await knock(cast, dana, link=link.name)
    assert {row.state for row in await cast.rows(JoinRequest)} == {RequestState.DECLINED}
    assert await cast.role_of(dana) is None
    kinds = [kind for kind, _ in await told(cast)]
    assert (kinds.count("room_link_misused"), kinds.count("admission")) == (1, 2)


@pytest.mark.attack(7)
async def test_who_has_a_right_of_their_own_comes_in_by_anybody_s_link(door: Cast) -> None:
    link = await joined(door)
    dana = await door.somebody()
    await door.invite(to=dana)
    for who in (door.bob, dana):
        await knock(door, who, link=link.name)
    assert {row.state for row in await door.rows(JoinRequest)} == {RequestState.APPROVED}
    assert await door.role_of(dana) is Role.MEMBER


@pytest.mark.attack(17)
async def test_a_link_of_another_room_says_nothing_here(door: Cast) -> None:
    link = await joined(door)
    lions = await door.group("Lions")
    await door.bind("-100600", group=lions)
    dana = await door.somebody()
    await knock(door, dana, link=link.name, room="-100600")
    assert (await door.rows(JoinRequest))[-1].state is RequestState.OPEN


async def test_who_left_asks_the_admins_even_by_their_own_old_link(door: Cast) -> None:
    link = await joined(door)
    await door.write(lambda s: leave_group(s, door.charlie(s), group=door.tigers(s), now=door.now))
    await knock(door, door.charlie, link=link.name)
    assert (await door.rows(JoinRequest))[-1].state is RequestState.OPEN


async def test_a_room_that_another_account_of_theirs_is_in_needs_no_link(door: Cast) -> None:
    dana = await door.somebody()
    await see(door, dana, Presence.IN)
    same = update(Identity).where(Identity.person_id == dana.id)
    await door.write(lambda s: s.execute(same.values(person_id=door.charlie.id)).close())
    assert (await door.accept(door.charlie, (await door.invite()).token)).entrances == ()
