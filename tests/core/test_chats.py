"""Rooms and the groups that they are tied to."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from core.access import Role
from core.audit import AuditEntry
from core.chats import TITLE_LIMIT, Chat, bind_chat, find_chat, move_chat, unbind_chat
from core.deliveries import Delivery
from core.deliveries.claims import claim_due
from core.errors import Conflict, CoreError, Forbidden, NotFound
from core.facts import MemberJoined
from core.outbox import record
from core.routing import fan_out
from tests.cast import Cast, Place, Somebody, refused
from tests.core.sending import CANCELLED, PENDING, queue

ROOM = "-100500"


async def bind(
    cast: Cast,
    who: Somebody,
    *,
    group: Place | None = None,
    runs_room: bool = True,
    title: str = "Team room",
) -> int:
    def unit(s: Session) -> int:
        place = (group or cast.tigers)(s)
        chat = bind_chat(
            s,
            who(s),
            group=place,
            platform="telegram",
            address=ROOM,
            title=title,
            runs_room=runs_room,
            now=cast.now,
        )
        s.flush()
        return chat.id

    return await cast.write(unit)


async def unbind(cast: Cast, who: Somebody) -> str:
    return await cast.write(
        lambda s: unbind_chat(s, who(s), platform="telegram", address=ROOM, now=cast.now).name
    )


async def move(cast: Cast, old: str, new: str) -> None:
    await cast.database.write(lambda s: move_chat(s, platform="telegram", old=old, new=new))


async def rooms(cast: Cast) -> list[tuple[str, int]]:
    return [(chat.address, chat.group_id) for chat in await cast.rows(Chat)]


async def tell_the_rooms(cast: Cast) -> None:
    fact = MemberJoined(group_id=cast.tigers.id, person_id=cast.bob.id, invite_id=1)
    await cast.write(lambda s: record(s, fact, now=cast.now))
    await cast.write(lambda s: fan_out(s, now=cast.now, limit=10))


async def test_an_owner_ties_a_room_and_a_second_time_changes_nothing(cast: Cast) -> None:
    assert await bind(cast, cast.alice) == await bind(cast, cast.alice)
    assert await rooms(cast) == [(ROOM, cast.tigers.id)]
    actions = [entry.action for entry in await cast.rows(AuditEntry)]
    assert actions.count("chat.bound") == 1


@pytest.mark.parametrize(
    ("role", "kind"),
    [
        (None, NotFound),
        (Role.VIEWER, Forbidden),
        (Role.MEMBER, Forbidden),
        (Role.EDITOR, Forbidden),
    ],
)
async def test_below_admin_nobody_ties_or_unties_a_room(
    sqlite_cast: Cast, role: Role | None, kind: type[CoreError]
) -> None:
    cast = sqlite_cast
    dana = await cast.somebody(role=role)
    assert type(await refused(bind(cast, dana))) is kind
    await bind(cast, cast.alice)
    assert type(await refused(unbind(cast, dana))) is kind
    assert len(await rooms(cast)) == 1


@pytest.mark.parametrize("system_admin", [True, False])
async def test_who_does_not_run_the_room_cannot_point_a_group_at_it(
    sqlite_cast: Cast, system_admin: bool
) -> None:
    alice = replace(sqlite_cast.alice, system_admin=system_admin)
    refusal = await refused(bind(sqlite_cast, alice, runs_room=False))
    assert (type(refusal), refusal.code) == (Forbidden, "not_room_admin")


async def test_a_room_of_another_group_is_taken(cast: Cast) -> None:
    lions = await cast.group("Lions", owner=cast.charlie)
    await bind(cast, cast.charlie, group=lions)
    refusal = await refused(bind(cast, cast.alice))
    assert (type(refusal), refusal.code, refusal.fields) == (Conflict, "room_taken", {})
    assert await rooms(cast) == [(ROOM, lions.id)]


async def test_of_two_groups_that_claim_a_room_at_once_one_gets_it(cast: Cast) -> None:
    lions = await cast.group("Lions", owner=cast.charlie)
    claims = (bind(cast, cast.alice), bind(cast, cast.charlie, group=lions))
    outcomes = await asyncio.gather(*claims, return_exceptions=True)
    refusals = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert [(type(r), str(r)) for r in refusals] == [(Conflict, "room_taken")]
    assert len(await rooms(cast)) == 1


async def test_an_admin_unties_a_room(cast: Cast) -> None:
    await bind(cast, cast.alice)
    assert await unbind(cast, cast.alice) == "Tigers"
    assert await rooms(cast) == []
    assert (await refused(unbind(cast, cast.alice))).code == "room_unbound"


async def test_a_room_brings_its_group_along(cast: Cast) -> None:
    await bind(cast, cast.alice)
    chat = await cast.read(lambda s: find_chat(s, platform="telegram", address=ROOM))
    assert chat is not None
    assert chat.group.name == "Tigers"
    assert await cast.read(lambda s: find_chat(s, platform="groupme", address=ROOM)) is None


@pytest.mark.attack(45, 47)
@pytest.mark.parametrize(
    ("title", "shown"),
    [("Te\x00am\u202e", "Te am"), ("\u200b", ROOM), ("x" * 500, "x" * TITLE_LIMIT)],
)
async def test_a_room_s_title_is_cleaned_and_never_refused(
    cast: Cast, title: str, shown: str
) -> None:
    await bind(cast, cast.alice, title=title)
    assert [chat.title for chat in await cast.rows(Chat)] == [shown]


@pytest.mark.fault(36)
async def test_a_move_takes_the_tie_and_what_waits_along_once(cast: Cast) -> None:
    await bind(cast, cast.alice)
    await tell_the_rooms(cast)
    for _ in range(2):  # by the error and by the message
        await move(cast, ROOM, "-1007")
    assert await rooms(cast) == [("-1007", cast.tigers.id)]
    claims = await cast.database.write(lambda s: claim_due(s, now=cast.now, limit=10))
    assert [claim.address for claim in claims] == ["-1007"]


@pytest.mark.fault(36)
async def test_both_words_of_a_move_at_once_move_it_once(cast: Cast) -> None:
    await bind(cast, cast.alice)
    await tell_the_rooms(cast)
    await asyncio.gather(*(move(cast, ROOM, "-1007") for _ in range(4)))
    assert await rooms(cast) == [("-1007", cast.tigers.id)]
    assert [row.address for row in await cast.rows(Delivery)] == ["-1007"]


@pytest.mark.fault(36)
async def test_a_move_to_a_room_that_is_tied_already_leaves_one_tie_and_one_message(
    cast: Cast,
) -> None:
    for address in (ROOM, "-1007"):
        await cast.bind(address)
    await tell_the_rooms(cast)
    await move(cast, ROOM, "-1007")
    assert await rooms(cast) == [("-1007", cast.tigers.id)]
    claims = await cast.database.write(lambda s: claim_due(s, now=cast.now, limit=10))
    assert [claim.address for claim in claims] == ["-1007"]


async def test_a_move_of_a_room_that_nobody_tied_is_no_matter(sqlite_cast: Cast) -> None:
    await move(sqlite_cast, "-1", "-2")
    assert await rooms(sqlite_cast) == []


async def test_what_waits_for_a_room_is_dropped_when_it_is_untied(cast: Cast) -> None:
    await cast.bind(ROOM)
    await queue(cast, ROOM, "-1")
    await unbind(cast, cast.alice)
    assert [row.status for row in await cast.rows(Delivery)] == [CANCELLED, PENDING]


@pytest.mark.fault(36)
async def test_a_move_to_where_the_room_is_already_changes_nothing(cast: Cast) -> None:
    await cast.bind(ROOM)
    await queue(cast, ROOM)
    await cast.write(lambda s: move_chat(s, platform="telegram", old=ROOM, new=ROOM))
    assert [chat.address for chat in await cast.rows(Chat)] == [ROOM]
    assert [row.status for row in await cast.rows(Delivery)] == [PENDING]
