"""The trail: who sees which messages, and to whom they say they went."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.access import Role
from core.deliveries import DeliveryStatus
from core.deliveries.trail import Entry, View, count_trail, list_trail
from core.pages import Page
from tests.cast import Cast, Place, Somebody, refused
from tests.core.dead import ROOM, lay, lay_fact

PENDING, SENDING, SENT, _, _, FAILED, DEAD, UNCERTAIN, CANCELLED = DeliveryStatus


async def count(cast: Cast, who: Somebody, group: Place | None) -> dict[View, int]:
    return await cast.write(lambda s: count_trail(s, who(s), group=group(s) if group else None))


async def page(cast: Cast, who: Somebody, view: View) -> Page[Entry]:
    return await cast.write(lambda s: list_trail(s, who(s), group=cast.tigers(s), view=view))


async def test_each_list_counts_what_stands_in_it(cast: Cast) -> None:
    for status in (PENDING, SENDING, SENT, FAILED, DEAD, UNCERTAIN, CANCELLED):
        await lay(cast, status, "-1", "-2")
    await lay_fact(cast)
    assert await count(cast, cast.alice, cast.tigers) == {
        View.WAITING: 4,
        View.UNCERTAIN: 2,
        View.FAILED: 2,
        View.DEAD: 2,
        View.UNREAD: 1,
        View.SKIPPED: 0,
    }


async def test_messages_of_groups_below_are_seen_and_of_others_not(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    cubs = await cast.group("Cubs", parent=cast.tigers)
    lions = await cast.group("Lions", owner=cast.charlie)
    await lay(cast, DEAD, "-1", group=cubs)
    await lay(cast, DEAD, "-2", group=lions)
    assert (await count(cast, cast.alice, cast.tigers))[View.DEAD] == 1


@pytest.mark.parametrize("code", ["group_unknown"])
async def test_a_stranger_learns_nothing(sqlite_cast: Cast, code: str) -> None:
    cast = sqlite_cast
    await lay(cast, DEAD, "-1")
    assert (await refused(count(cast, cast.charlie, cast.tigers))).code == code
    assert (await refused(count(cast, cast.charlie, None))).code == code
    assert (await refused(count(cast, cast.alice, None))).code == code


async def test_a_member_may_not_look(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    assert (await refused(page(cast, cast.bob, View.DEAD))).code == "not_allowed"


async def test_a_system_admin_sees_those_of_all_groups(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    await lay(cast, DEAD, "-1")
    await lay(cast, DEAD, "-2", group=await cast.group("Lions", owner=cast.bob))
    ruler = replace(cast.charlie, system_admin=True)
    assert (await count(cast, ruler, None))[View.DEAD] == 2


async def test_a_page_holds_ten_and_leads_on(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    await lay(cast, DEAD, *(f"-{n}" for n in range(1, 13)))
    found = await page(cast, cast.alice, View.DEAD)
    assert (len(found.rows), found.previous is None, found.next is None) == (10, True, False)


async def test_the_groups_room_and_its_people_are_named(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    await cast.bind(ROOM)
    await lay(cast, FAILED, ROOM, cast.bob.sender.address)
    rows = (await page(cast, cast.alice, View.FAILED)).rows
    assert [(row.person, row.room) for row in rows] == [("Bob", None), (None, "Team room")]


async def test_who_stands_above_the_group_is_not_named_to_its_admins(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    adam = await cast.somebody("Adam", role=Role.ADMIN)
    await lay(cast, FAILED, cast.charlie.sender.address, kind="room_lost")
    assert [row.person for row in (await page(cast, adam, View.FAILED)).rows] == [None]


async def test_whom_the_group_invited_is_named(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    await lay(cast, FAILED, cast.charlie.sender.address, kind="invite_card")
    assert [row.person for row in (await page(cast, cast.alice, View.FAILED)).rows] == ["Charlie"]
