"""Who is in which room: news in any order, and rooms that move."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from core.access import MemberState, Role
from core.chats import Chat
from core.chats.moves import move_room
from core.chats.occupants import Occupant, Presence
from core.chats.requests import JoinRequest
from core.invites.redemptions import Redemption
from core.members import find_member
from core.people import Person
from tests.cast import Cast
from tests.core.door import ROOM, knock, later, see

IN, OUT, BANNED = Presence
NEW = "-100900"


@pytest.fixture
async def door(sqlite_cast: Cast) -> Cast:
    await sqlite_cast.bind(ROOM)
    return sqlite_cast


async def presences(cast: Cast) -> list[Presence]:
    return [row.presence for row in await cast.rows(Occupant)]


async def move(cast: Cast) -> None:
    await cast.write(lambda s: move_room(s, platform="telegram", old=ROOM, new=NEW))


async def test_coming_and_going_is_remembered(door: Cast) -> None:
    await see(door, door.bob)
    assert await presences(door) == [IN]
    await see(door, door.bob, OUT, at=later(door, seconds=1))
    assert await presences(door) == [OUT]


async def test_leaving_the_room_ends_no_membership(door: Cast) -> None:
    await see(door, door.bob)
    await see(door, door.bob, OUT, at=later(door, seconds=1))
    assert await door.role_of(door.bob) is Role.MEMBER


async def test_coming_into_the_room_makes_no_member(door: Cast) -> None:
    await see(door, door.charlie)
    assert await door.role_of(door.charlie) is None


@pytest.mark.attack(43)
async def test_nothing_is_kept_of_a_room_of_no_group(sqlite_cast: Cast) -> None:
    people = len(await sqlite_cast.rows(Person))
    await see(sqlite_cast, await sqlite_cast.somebody())
    assert await sqlite_cast.rows(Occupant) == []
    assert len(await sqlite_cast.rows(Person)) == people + 1


@pytest.mark.fault(47)
@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
async def test_news_in_any_order_end_alike(door: Cast, order: tuple[int, ...]) -> None:
    news = [(IN, 0), (OUT, 1), (BANNED, 2)]
    for index in order:
        presence, seconds = news[index]
        await see(door, door.charlie, presence, at=later(door, seconds=seconds))
    assert await presences(door) == [BANNED]


async def test_a_join_by_an_invite_s_link_accepts_it(door: Cast) -> None:
    made = await door.invite(role=Role.VIEWER)
    await see(door, door.charlie, link=made.public_id)
    assert await door.role_of(door.charlie) is Role.VIEWER
    assert len(await door.rows(Redemption)) == 1


async def test_the_same_join_twice_uses_the_invite_once(door: Cast) -> None:
    made = await door.invite(max_uses=2)
    for _ in range(2):
        await see(door, door.charlie, link=made.public_id)
    assert len(await door.rows(Redemption)) == 1


@pytest.mark.attack(16)
async def test_who_is_banned_joins_the_room_but_not_the_group(door: Cast) -> None:
    made = await door.invite()
    await door.part(door.bob, MemberState.BANNED)
    await see(door, door.bob, link=made.public_id)
    member = await door.read(
        lambda s: find_member(s, person_id=door.bob.id, group_id=door.tigers.id)
    )
    assert member is not None
    assert member.state is MemberState.BANNED


async def test_a_moved_room_keeps_its_people_and_requests(cast: Cast) -> None:
    await cast.bind(ROOM)
    await see(cast, cast.bob)
    await knock(cast, cast.charlie)
    await move(cast)
    (chat,) = await cast.rows(Chat)
    assert chat.address == NEW
    assert [row.chat_id for row in await cast.rows(Occupant)] == [chat.id]
    assert [row.chat_id for row in await cast.rows(JoinRequest)] == [chat.id]


@pytest.mark.fault(36)
async def test_a_room_that_was_tied_anew_before_the_move_was_known_inherits(cast: Cast) -> None:
    await cast.bind(ROOM)
    await see(cast, cast.bob)
    await see(cast, cast.alice)
    await knock(cast, cast.charlie)
    await cast.bind(NEW)
    await see(cast, cast.alice, room=NEW, at=cast.now + timedelta(seconds=1))
    for _ in range(2):
        await move(cast)
    (chat,) = await cast.rows(Chat)
    rows = await cast.rows(Occupant)
    assert len(rows) == 2
    assert {row.chat_id for row in rows} == {chat.id}
    assert [row.chat_id for row in await cast.rows(JoinRequest)] == [chat.id]
