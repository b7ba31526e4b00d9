"""Where the rooms and the roster differ, and what can be done about it."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import update

from core.access import MemberState, Role
from core.chats import Chat
from core.chats.drift import (
    Drift,
    count_drift,
    ignore_stranger,
    invite_stranger,
    list_absentees,
    list_strangers,
    offer_room,
    write_off,
)
from core.chats.occupants import Occupant, Presence
from core.errors import Forbidden, NotFound
from core.invites import Invite
from core.members import find_member
from core.outbox import OutboxEvent
from tests.cast import Cast, Somebody, refused
from tests.core.door import ROOM, later, reach, see


@pytest.fixture
async def room(sqlite_cast: Cast) -> Cast:
    await sqlite_cast.bind(ROOM)
    return sqlite_cast


async def counts(cast: Cast) -> Drift:
    return await cast.read(lambda s: count_drift(s, cast.alice(s), group=cast.tigers(s)))


async def strangers(cast: Cast) -> list[str]:
    page = await cast.read(lambda s: list_strangers(s, cast.alice(s), group=cast.tigers(s)))
    return [row.identity.person.name for row in page.rows]


async def absentees(cast: Cast) -> list[str]:
    page = await cast.read(lambda s: list_absentees(s, cast.alice(s), group=cast.tigers(s)))
    return [row.person.name for row in page.rows]


async def occupant(cast: Cast) -> int:
    return (await cast.rows(Occupant))[-1].id


async def member_id(cast: Cast, who: Somebody) -> int:
    row = await cast.read(lambda s: find_member(s, person_id=who.id, group_id=cast.tigers.id))
    assert row is not None
    return row.id


async def state_of(cast: Cast, who: Somebody) -> MemberState:
    row = await cast.read(lambda s: find_member(s, person_id=who.id, group_id=cast.tigers.id))
    assert row is not None
    return row.state


async def dismiss(cast: Cast, by: Somebody, who: Somebody) -> None:
    number = await member_id(cast, who)
    await cast.write(lambda s: write_off(s, by(s), member_id=number, now=cast.now)[0].id)


async def test_both_sides_are_told_apart(cast: Cast) -> None:
    await cast.bind(ROOM)
    await see(cast, cast.alice)
    await see(cast, cast.bob, Presence.OUT)
    await see(cast, cast.charlie)
    assert await strangers(cast) == ["Charlie"]
    assert await absentees(cast) == ["Bob"]
    drift = await counts(cast)
    assert (drift.strangers, drift.absentees, drift.unknown) == (1, 1, 0)


async def test_of_whom_nobody_was_asked_nothing_is_said(cast: Cast) -> None:
    await cast.bind(ROOM)
    assert await absentees(cast) == []
    drift = await counts(cast)
    assert (drift.unknown, drift.checked_at) == (2, None)


async def test_one_of_several_rooms_is_enough(room: Cast) -> None:
    await room.bind("-100600")
    await see(room, room.bob, Presence.OUT)
    await see(room, room.bob, room="-100600")
    assert await absentees(room) == []


async def test_who_leads_a_group_above_is_no_stranger(room: Cast) -> None:
    class_ = await room.group("5b", owner=room.bob, parent=room.tigers)
    await room.bind("-100600", group=class_)
    await see(room, room.alice, room="-100600")
    found = await room.read(lambda s: list_strangers(s, room.alice(s), group=class_(s)))
    assert found.rows == []


async def test_a_mere_member_of_the_group_above_is_a_stranger(room: Cast) -> None:
    class_ = await room.group("5b", parent=room.tigers)
    await room.bind("-100600", group=class_)
    await see(room, room.bob, room="-100600")
    found = await room.read(lambda s: list_strangers(s, room.alice(s), group=class_(s)))
    assert [row.identity.person.name for row in found.rows] == ["Bob"]


async def test_the_lists_are_ten_a_page(room: Cast) -> None:
    for fan in await room.crowd(11):
        await see(room, fan)
    first = await room.read(lambda s: list_strangers(s, room.alice(s), group=room.tigers(s)))
    rest = await room.read(
        lambda s: list_strangers(s, room.alice(s), group=room.tigers(s), cursor=first.next)
    )
    assert (len(first.rows), len(rest.rows)) == (10, 1)


async def test_a_stranger_who_can_be_reached_gets_the_invite_in_private(room: Cast) -> None:
    await see(room, room.charlie)
    await reach(room, room.charlie)
    number = await occupant(room)
    _, token, told = await room.write(
        lambda s: invite_stranger(s, room.alice(s), occupant_id=number, now=room.now)
    )
    assert told
    assert [event.event_type for event in await room.rows(OutboxEvent)] == ["person.invited"]
    await room.accept(room.charlie, token)
    assert await strangers(room) == []


async def test_inviting_twice_makes_one_invite(room: Cast) -> None:
    await see(room, room.charlie)
    number = await occupant(room)
    for _ in range(2):
        told = await room.write(
            lambda s: invite_stranger(s, room.alice(s), occupant_id=number, now=room.now)[2]
        )
        assert not told
    assert len(await room.rows(Invite)) == 1


async def test_who_is_banned_is_not_invited(room: Cast) -> None:
    await see(room, room.bob)
    await room.part(room.bob, MemberState.BANNED)
    number = await occupant(room)
    invite = room.write(
        lambda s: invite_stranger(s, room.alice(s), occupant_id=number, now=room.now)
    )
    assert (await refused(invite)).code == "person_banned"


async def test_a_stranger_may_be_left_alone(room: Cast) -> None:
    await see(room, room.charlie)
    number = await occupant(room)
    await room.write(
        lambda s: ignore_stranger(s, room.alice(s), occupant_id=number, now=room.now).id
    )
    assert await strangers(room) == []


async def offer(cast: Cast, who: Somebody) -> None:
    number = await member_id(cast, who)
    await cast.write(lambda s: offer_room(s, cast.alice(s), member_id=number, now=cast.now).id)


async def test_an_absent_member_is_shown_the_way(room: Cast) -> None:
    assert (await refused(offer(room, room.bob))).code == "person_out_of_reach"
    await reach(room, room.bob)
    await offer(room, room.bob)
    assert [event.event_type for event in await room.rows(OutboxEvent)] == ["room.offered"]


async def test_there_is_no_way_into_no_room(sqlite_cast: Cast) -> None:
    await reach(sqlite_cast, sqlite_cast.bob)
    assert (await refused(offer(sqlite_cast, sqlite_cast.bob))).code == "no_room_to_offer"


async def test_a_room_on_a_platform_they_are_not_told_by_is_not_offered(room: Cast) -> None:
    await reach(room, room.bob)
    moved = update(Chat).values(platform="groupme")
    await room.write(lambda s: s.execute(moved).close())
    assert (await refused(offer(room, room.bob))).code == "no_room_to_offer"


async def test_who_has_left_the_room_can_be_written_off(room: Cast) -> None:
    await see(room, room.bob, Presence.OUT)
    await dismiss(room, room.alice, room.bob)
    assert await state_of(room, room.bob) is MemberState.LEFT
    assert await absentees(room) == []


@pytest.mark.attack(28)
async def test_nobody_writes_off_their_own_rank(room: Cast) -> None:
    dana = await room.somebody("Dana", role=Role.ADMIN)
    await room.join(room.bob, Role.ADMIN)
    assert (await refused(dismiss(room, dana, room.bob))).code == "rank_too_high"
    assert (await refused(dismiss(room, dana, room.alice))).code == "rank_too_high"


@pytest.mark.attack(27)
async def test_of_two_owners_who_write_each_other_off_one_stays(cast: Cast) -> None:
    await cast.join(cast.bob, Role.OWNER)
    results = await asyncio.gather(
        dismiss(cast, cast.alice, cast.bob),
        dismiss(cast, cast.bob, cast.alice),
        return_exceptions=True,
    )
    states = [await state_of(cast, cast.alice), await state_of(cast, cast.bob)]
    assert sorted(states) == [MemberState.ACTIVE, MemberState.LEFT]
    assert len([result for result in results if result is not None]) == 1


async def test_the_last_owner_is_not_written_off(room: Cast) -> None:
    assert (await refused(dismiss(room, room.alice, room.alice))).code == "last_owner"


async def test_members_may_not_look_at_the_drift(room: Cast) -> None:
    look = room.read(lambda s: count_drift(s, room.bob(s), group=room.tigers(s)))
    assert isinstance(await refused(look), Forbidden)


@pytest.mark.attack(39)
async def test_charlie_learns_nothing_and_changes_nothing(room: Cast) -> None:
    await see(room, room.bob, at=later(room, seconds=1))
    number, row = await member_id(room, room.bob), await occupant(room)
    verbs = [
        room.read(lambda s: count_drift(s, room.charlie(s), group=room.tigers(s))),
        room.read(lambda s: list_strangers(s, room.charlie(s), group=room.tigers(s))),
        room.read(lambda s: list_absentees(s, room.charlie(s), group=room.tigers(s))),
        room.write(lambda s: invite_stranger(s, room.charlie(s), occupant_id=row, now=room.now)),
        room.write(lambda s: ignore_stranger(s, room.charlie(s), occupant_id=row, now=room.now)),
        room.write(lambda s: offer_room(s, room.charlie(s), member_id=number, now=room.now)),
        room.write(lambda s: write_off(s, room.charlie(s), member_id=number, now=room.now)[0].id),
    ]
    for verb in verbs:
        assert isinstance(await refused(verb), NotFound)


async def test_an_unknown_number_looks_like_somebody_else_s(room: Cast) -> None:
    verb = room.write(lambda s: write_off(s, room.alice(s), member_id=10**17, now=room.now)[0].id)
    assert (await refused(verb)).code == "drift_is_over"
