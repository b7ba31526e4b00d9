"""Who is in a group, and leaving it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

import core.members
import core.people.name_words
from core.access import Member, MemberState, Role
from core.audit import AuditEntry
from core.errors import Conflict, CoreError, Forbidden, NotFound
from core.members import (
    Listed,
    count_members,
    leave_group,
    list_members,
    list_memberships,
)
from core.pages import Cursor, Page
from core.people import Person
from tests.cast import Cast, Somebody, refused


async def leave(cast: Cast, who: Somebody) -> None:
    await cast.write(lambda s: leave_group(s, who(s), group=cast.tigers(s), now=cast.now))


async def listed(
    cast: Cast, by: Somebody, text: str = "", cursor: Cursor | None = None
) -> Page[Listed]:
    return await cast.read(
        lambda s: list_members(s, by(s), group=cast.tigers(s), text=text, cursor=cursor)
    )


async def names(cast: Cast, text: str = "") -> list[str]:
    return [member.name for member in (await listed(cast, cast.bob, text)).rows]


async def test_who_leaves_is_out_and_stays_on_record(cast: Cast) -> None:
    await leave(cast, cast.bob)
    _, bob = await cast.rows(Member)
    assert (bob.state, bob.ended_at) == (MemberState.LEFT, cast.now)
    assert await cast.role_of(cast.bob) is None
    assert (await cast.rows(AuditEntry))[-1].action == "member.left"


async def test_the_group_that_one_left_is_no_longer_the_current_one(cast: Cast) -> None:
    await cast.join(await cast.somebody(), Role.OWNER)
    await leave(cast, cast.alice)
    alice = await cast.read(lambda s: s.get_one(Person, cast.alice.id))
    assert alice.current_group_id is None


async def test_charlie_cannot_leave_what_he_is_not_in(sqlite_cast: Cast) -> None:
    refusal = await refused(leave(sqlite_cast, sqlite_cast.charlie))
    assert (type(refusal), refusal.code) == (NotFound, "group_unknown")


@pytest.mark.parametrize("system_admin", [True, False])
async def test_a_right_from_elsewhere_is_no_membership_to_leave(
    sqlite_cast: Cast, system_admin: bool
) -> None:
    cast = sqlite_cast
    cubs = await cast.group("Cubs", owner=cast.bob, parent=cast.tigers)
    who = replace(cast.charlie, system_admin=True) if system_admin else cast.alice
    refusal = await refused(
        cast.write(lambda s: leave_group(s, who(s), group=cubs(s), now=cast.now))
    )
    assert (type(refusal), refusal.code) == (NotFound, "not_a_member")


@pytest.mark.attack(27)
async def test_the_last_owner_stays(cast: Cast) -> None:
    refusal = await refused(leave(cast, cast.alice))
    assert (type(refusal), refusal.code, refusal.fields) == (
        Conflict,
        "last_owner",
        {"group": "Tigers"},
    )


@pytest.mark.attack(27)
async def test_an_owner_who_left_is_no_second_owner(cast: Cast) -> None:
    await cast.join(cast.bob, Role.OWNER)
    await leave(cast, cast.alice)
    assert (await refused(leave(cast, cast.bob))).code == "last_owner"


@pytest.mark.attack(27)
async def test_of_two_last_owners_who_leave_at_once_one_stays(cast: Cast) -> None:
    await cast.join(cast.bob, Role.OWNER)
    both = (leave(cast, cast.alice), leave(cast, cast.bob))
    outcomes = await asyncio.gather(*both, return_exceptions=True)
    assert [o.code for o in outcomes if isinstance(o, CoreError)] == ["last_owner"]
    states = [member.state for member in await cast.rows(Member)]
    assert sorted(states) == [MemberState.ACTIVE, MemberState.LEFT]


@pytest.mark.attack(27)
async def test_of_ten_owners_who_leave_at_once_one_stays(cast: Cast) -> None:
    crowd = await cast.crowd(9)
    for owner in crowd:
        await cast.join(owner, Role.OWNER)
    leaving = (leave(cast, owner) for owner in [cast.alice, *crowd])
    outcomes = await asyncio.gather(*leaving, return_exceptions=True)
    assert [o.code for o in outcomes if isinstance(o, CoreError)] == ["last_owner"]


@pytest.mark.parametrize(("role", "kind"), [(Role.VIEWER, Forbidden), (None, NotFound)])
async def test_only_members_see_the_list(
    sqlite_cast: Cast, role: Role | None, kind: type[CoreError]
) -> None:
    dana = await sqlite_cast.somebody(role=role)
    assert type(await refused(listed(sqlite_cast, dana))) is kind


async def test_the_list_shows_who_is_in_with_their_roles(cast: Cast) -> None:
    await cast.part(await cast.somebody("Erin", role=Role.MEMBER), MemberState.LEFT)
    rows = (await listed(cast, cast.bob)).rows
    assert [(m.name, m.role) for m in rows] == [("Alice", Role.OWNER), ("Bob", Role.MEMBER)]
    assert await cast.read(lambda s: count_members(s, cast.tigers.id)) == 2


async def test_the_list_pages_forward_and_back(cast: Cast) -> None:
    for person in await cast.crowd(21):
        await cast.join(person, Role.MEMBER)
    first = await listed(cast, cast.bob)
    second = await listed(cast, cast.bob, cursor=first.next)
    third = await listed(cast, cast.bob, cursor=second.next)
    assert [len(page.rows) for page in (first, second, third)] == [10, 10, 3]
    assert (first.previous, third.next) == (None, None)
    back = await listed(cast, cast.bob, cursor=second.previous)
    assert [m.id for m in back.rows] == [m.id for m in first.rows]
    assert back.previous is None


@pytest.fixture(params=[1000, 0], ids=["rare", "common"])
def rare(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once as a name that few bear, once as one of which Usher knows thousands."""
    monkeypatch.setattr(core.people.name_words, "FEW", request.param)


async def test_a_large_group_is_not_counted_to_its_end(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(core.members, "MOST_COUNTED", 1)
    await cast.somebody(role=Role.MEMBER)
    assert await cast.read(lambda s: count_members(s, cast.tigers.id)) == 2


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ali", ["Alice"]),
        ("li", []),
        ("øs ém", ["ÉMILE Øst"]),
        ("emile", ["ÉMILE Øst"]),
        ("🎉", ["🎉"]),
        ("BOB", ["Bob"]),
        ("émile", ["ÉMILE Øst"]),
        ("øST", ["ÉMILE Øst"]),
        ("ДАНА", ["Дана"]),
        ("100%", ["100%_x"]),
    ],
)
@pytest.mark.usefixtures("rare")
async def test_the_beginnings_of_its_words_find_a_name_in_any_script_and_case(
    cast: Cast, text: str, found: list[str]
) -> None:
    for name in ("ÉMILE Øst", "Дана", "100%_x", "🎉"):
        await cast.somebody(name, role=Role.MEMBER)
    assert await names(cast, text) == found


@pytest.mark.attack(58)
@pytest.mark.parametrize("text", ["%", "_", "\\", "a%e", "'", "' OR 1=1 --"])
async def test_a_wildcard_in_the_filter_is_only_a_letter(cast: Cast, text: str) -> None:
    assert await names(cast, text) == []


@pytest.mark.attack(47)
@pytest.mark.parametrize("text", ["\x00", "\ud83d", "a" * 5000, "Al\x00ice"])
async def test_a_hostile_filter_finds_nobody_on_either_database(cast: Cast, text: str) -> None:
    assert len(await names(cast, "zz" + text)) == 0


async def test_a_person_s_groups_come_in_the_order_of_joining(cast: Cast) -> None:
    lions = await cast.group("Lions", owner=cast.bob)
    await cast.part(cast.bob, MemberState.LEFT)
    await cast.group("Bears", owner=cast.bob)
    await cast.join(cast.bob, Role.VIEWER)
    found = await cast.read(lambda s: list_memberships(s, cast.bob.id))
    assert [(m.group.name, m.role) for m in found] == [
        ("Tigers", Role.VIEWER),
        ("Lions", Role.OWNER),
        ("Bears", Role.OWNER),
    ]
    assert found[1].group_id == lions.id
