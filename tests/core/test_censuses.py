"""A room's whole list of members, compared with what was believed."""

from __future__ import annotations

from datetime import timedelta

from core.access import MemberState
from core.chats import Chat
from core.chats.censuses import ask_for_census, call_off_census, list_wanted, take_census
from core.chats.occupants import Occupant, Presence
from core.invites.redemptions import Redemption
from core.members import find_member
from core.people import Sender
from tests.cast import BOB, CHARLIE, Cast

ROOM = "-100500"
DAN = Sender("telegram", "77", "Dan")


async def census(cast: Cast, *present: Sender, room: str = ROOM) -> tuple[int, int]:
    return await cast.write(
        lambda s: take_census(
            s,
            platform="telegram",
            address=room,
            present=present,
            asked_at=cast.now,
            now=cast.now,
        )
    )


async def wanted(cast: Cast) -> list[str]:
    return await cast.read(lambda s: list_wanted(s, platform="telegram"))


async def test_only_what_changed_is_noted(cast: Cast) -> None:
    await cast.bind(ROOM)
    assert await census(cast, BOB, DAN) == (2, 0)
    cast.clock.advance(minutes=10)
    assert await census(cast, BOB, DAN) == (0, 0)
    assert await census(cast, DAN, CHARLIE) == (1, 1)
    presences = [row.presence for row in await cast.rows(Occupant)]
    assert presences == [Presence.OUT, Presence.IN, Presence.IN]


async def test_who_is_gone_stays_a_member(cast: Cast) -> None:
    await cast.bind(ROOM)
    await census(cast, BOB)
    await census(cast)
    member = await cast.read(
        lambda s: find_member(s, person_id=cast.bob.id, group_id=cast.tigers.id)
    )
    assert member is not None
    assert member.state is MemberState.ACTIVE


async def test_who_came_since_the_list_was_read_is_not_put_out_again(cast: Cast) -> None:
    await cast.bind(ROOM)
    await census(cast, BOB)
    cast.clock.advance(minutes=-1)
    await census(cast)
    assert [row.presence for row in await cast.rows(Occupant)] == [Presence.IN]


async def test_who_was_invited_in_person_joins_by_coming(cast: Cast) -> None:
    await cast.bind(ROOM)
    await cast.invite(to=cast.charlie)
    await census(cast, CHARLIE)
    assert [row.person_id for row in await cast.rows(Redemption)] == [cast.charlie.id]


async def test_a_stranger_uses_up_nobody_s_invite(cast: Cast) -> None:
    await cast.bind(ROOM)
    await cast.invite()
    await cast.invite(to=cast.charlie)
    await census(cast, DAN)
    assert await cast.rows(Redemption) == []


async def test_a_room_of_nobody_s_is_not_noted(cast: Cast) -> None:
    assert await census(cast, DAN, room="-1") == (0, 0)
    assert await cast.rows(Occupant) == []


async def test_a_room_is_wanted_until_it_was_compared(cast: Cast) -> None:
    await cast.bind(ROOM)
    place = {"platform": "telegram", "address": ROOM}
    for end in (census, None):
        await cast.write(lambda s: ask_for_census(s, **place, now=cast.now))
        assert await wanted(cast) == [ROOM]
        if end is not None:
            await end(cast)
        else:
            await cast.write(lambda s: call_off_census(s, **place, now=cast.now))
        assert await wanted(cast) == []
    [chat] = await cast.rows(Chat)
    assert cast.now - (chat.swept_at or cast.now) == timedelta()
