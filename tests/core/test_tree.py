"""What grows the tree of groups."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from core.access import Member, MemberState, Role
from core.audit import AuditEntry
from core.errors import Invalid, NotFound
from core.groups import Group, Kind, get_group
from core.groups.tree import create_group
from core.people import Person
from tests.cast import Cast, refused


async def found(cast: Cast, name: str, kind: Kind = Kind.TEAM) -> int:
    def unit(s: Session) -> int:
        return create_group(s, cast.charlie(s), kind=kind, name=name, now=cast.now).id

    return await cast.write(unit)


@pytest.mark.parametrize("kind", Kind)
async def test_the_founder_owns_the_group_and_stands_in_it(cast: Cast, kind: Kind) -> None:
    group_id = await found(cast, "Lions", kind)
    group, member = (await cast.rows(Group))[-1], (await cast.rows(Member))[-1]
    assert (group.kind, group.name, group.slug, group.parent_id) == (kind, "Lions", "lions", None)
    assert (member.role, member.state) == (Role.OWNER, MemberState.ACTIVE)
    assert (member.person_id, member.group_id) == (cast.charlie.id, group_id)
    charlie = await cast.read(lambda s: s.get_one(Person, cast.charlie.id))
    assert charlie.current_group_id == group_id


async def test_who_founds_what_is_written_down(sqlite_cast: Cast) -> None:
    group_id = await found(sqlite_cast, "Lions")
    entry = (await sqlite_cast.rows(AuditEntry))[-1]
    assert (entry.action, entry.group_id, entry.actor_id, entry.via, entry.details) == (
        "group.created",
        group_id,
        sqlite_cast.charlie.id,
        "telegram",
        {"group": "Lions", "kind": "team", "under": None},
    )


async def test_two_groups_may_bear_one_name(cast: Cast) -> None:
    assert await found(cast, "Lions") != await found(cast, "Lions")


@pytest.mark.attack(45)
@pytest.mark.parametrize(
    ("name", "code"),
    [("", "name_blank"), (" \u200b\u202e", "name_blank"), ("x" * 65, "name_too_long")],
)
async def test_a_bad_name_is_refused_and_leaves_no_trace(
    sqlite_cast: Cast, name: str, code: str
) -> None:
    refusal = await refused(found(sqlite_cast, name))
    assert (type(refusal), refusal.code) == (Invalid, code)
    assert len(await sqlite_cast.rows(Group)) == 1


@pytest.mark.attack(45, 47, 48)
@pytest.mark.parametrize(
    "name", ["\ufdfa" * 64, "L\x00ions", "Li\ud83dons", "👨‍👩‍👧‍👦" * 5, "ß" * 64]
)
async def test_a_strange_name_is_kept_on_either_database(cast: Cast, name: str) -> None:
    await found(cast, name)
    assert len(await cast.rows(Group)) == 2


async def test_a_group_that_is_none_is_unknown(sqlite_cast: Cast) -> None:
    refusal = await refused(sqlite_cast.read(lambda s: get_group(s, 999)))
    assert (type(refusal), refusal.code) == (NotFound, "group_unknown")
