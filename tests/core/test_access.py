"""Who may do what: the table, the inheritance, and what a stranger learns."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from core.access import (
    LEAST_ROLE,
    MemberState,
    Permission,
    Role,
    allows,
    may_grant,
    require,
    require_grant,
    role_in,
)
from core.errors import Conflict, Forbidden, NotFound
from core.groups import MAX_DEPTH
from tests.cast import Cast, Place

OWNER, ADMIN, EDITOR, MEMBER, VIEWER = Role
ALLOWED = {
    Permission.VIEW: {OWNER, ADMIN, EDITOR, MEMBER, VIEWER},
    Permission.LEAVE: {OWNER, ADMIN, EDITOR, MEMBER, VIEWER},
    Permission.LIST_MEMBERS: {OWNER, ADMIN, EDITOR, MEMBER},
    Permission.INVITE: {OWNER, ADMIN},
    Permission.LIST_INVITES: {OWNER, ADMIN},
    Permission.REVOKE_INVITE: {OWNER, ADMIN},
    Permission.BIND_CHAT: {OWNER, ADMIN},
    Permission.FIND_PEOPLE: {OWNER, ADMIN},
    Permission.CHANGE_ROLE: {OWNER, ADMIN},
    Permission.REMOVE_MEMBER: {OWNER, ADMIN},
    Permission.TRANSFER: {OWNER},
    Permission.ARRANGE: {OWNER, ADMIN},
    Permission.RENAME: {OWNER, ADMIN},
    Permission.MOVE: {OWNER},
    Permission.ARCHIVE: {OWNER, ADMIN},
    Permission.RESTORE: {OWNER, ADMIN},
    Permission.DELETE: {OWNER},
    Permission.ANSWER_REQUESTS: {OWNER, ADMIN},
    Permission.TEND_ROOMS: {OWNER, ADMIN},
    Permission.TEND_OUTBOX: {OWNER, ADMIN},
    Permission.READ_LOG: {OWNER, ADMIN},
    Permission.SET_DEFAULTS: {OWNER, ADMIN},
    Permission.SET_WEBHOOKS: {OWNER, ADMIN},
    Permission.CHOOSE_LOOK: {OWNER, ADMIN},
    Permission.LIST_GUESTS: {OWNER, ADMIN, EDITOR, MEMBER, VIEWER},
    Permission.EDIT_GUESTS: {OWNER, ADMIN, EDITOR},
    Permission.BROADCAST: {OWNER, ADMIN, EDITOR},
    Permission.EDIT_EVENT: {OWNER, ADMIN},
    Permission.SEE_ROSTER: {OWNER, ADMIN},
    Permission.KEEP_ROSTER: {OWNER, ADMIN},
}
CHANGES_NOTHING = {
    Permission.VIEW,
    Permission.LIST_MEMBERS,
    Permission.LIST_INVITES,
    Permission.READ_LOG,
    Permission.FIND_PEOPLE,
    Permission.LIST_GUESTS,
    Permission.SEE_ROSTER,
}
WAYS_OUT = {Permission.LEAVE, Permission.RESTORE, Permission.DELETE}
GRANTS = {
    OWNER: {OWNER, ADMIN, EDITOR, MEMBER, VIEWER},
    ADMIN: {EDITOR, MEMBER, VIEWER},
    EDITOR: {MEMBER, VIEWER},
    MEMBER: {VIEWER},
    VIEWER: set(),
    None: set(),
}


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("role", [*Role, None])
def test_each_role_may_do_what_the_table_says(role: Role | None, permission: Permission) -> None:
    assert allows(role, permission) == (role in ALLOWED[permission])


def test_no_permission_is_left_out_of_the_table() -> None:
    assert set(LEAST_ROLE) == set(Permission) == set(ALLOWED)


def test_roles_stand_in_their_order() -> None:
    assert all(higher.rank > lower.rank for higher, lower in pairwise(Role))


@pytest.mark.attack(10)
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("granter", [*Role, None])
def test_nobody_grants_at_or_above_their_own_rank(granter: Role | None, role: Role) -> None:
    assert may_grant(granter, role) == (role in GRANTS[granter])


@pytest.mark.parametrize("permission", Permission)
async def test_charlie_learns_nothing_not_even_that_the_group_exists(
    sqlite_cast: Cast, permission: Permission
) -> None:
    cast = sqlite_cast
    with pytest.raises(NotFound, match="group_unknown") as refusal:
        await cast.read(lambda s: require(s, cast.charlie(s), permission, cast.tigers(s)))
    assert refusal.value.fields == {}


async def test_bob_is_told_what_he_would_need(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    with pytest.raises(Forbidden, match="not_allowed") as refusal:
        await cast.read(lambda s: require(s, cast.bob(s), Permission.INVITE, cast.tigers(s)))
    assert refusal.value.fields == {
        "permission": Permission.INVITE,
        "least": Role.ADMIN,
        "group": "Tigers",
    }


async def test_a_system_admin_acts_as_owner_everywhere(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    root = replace(cast.charlie, system_admin=True)
    found = await cast.read(lambda s: require(s, root(s), Permission.INVITE, cast.tigers(s)))
    assert found is Role.OWNER


@pytest.mark.attack(10)
async def test_an_admin_hands_out_no_admin_role(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    await cast.join(cast.bob, Role.ADMIN)
    await cast.read(lambda s: require_grant(s, cast.bob(s), Role.EDITOR, cast.tigers(s)))
    with pytest.raises(Forbidden, match="role_above_yours"):
        await cast.read(lambda s: require_grant(s, cast.bob(s), Role.ADMIN, cast.tigers(s)))


@pytest.mark.parametrize("state", [MemberState.LEFT, MemberState.REMOVED, MemberState.BANNED])
async def test_who_is_no_longer_in_has_no_role(sqlite_cast: Cast, state: MemberState) -> None:
    await sqlite_cast.part(sqlite_cast.bob, state)
    assert await sqlite_cast.role_of(sqlite_cast.bob) is None


@pytest.mark.parametrize("role", Role)
async def test_only_an_admin_s_role_reaches_down(cast: Cast, role: Role) -> None:
    cubs = await cast.group("Cubs", parent=cast.tigers)
    await cast.join(cast.charlie, role)
    found = await cast.read(lambda s: role_in(s, cast.charlie.id, cubs.id))
    assert found == (role if role in (OWNER, ADMIN) else None)


@pytest.mark.parametrize("role", Role)
async def test_no_role_reaches_up_or_sideways(cast: Cast, role: Role) -> None:
    cubs = await cast.group("Cubs", parent=cast.tigers)
    kittens = await cast.group("Kittens", parent=cast.tigers)
    await cast.join(cast.charlie, role, group=cubs)
    assert await cast.role_of(cast.charlie) is None
    assert await cast.read(lambda s: role_in(s, cast.charlie.id, kittens.id)) is None


async def test_the_highest_of_own_and_inherited_roles_counts(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    cubs = await cast.group("Cubs", parent=cast.tigers)
    await cast.join(cast.charlie, Role.ADMIN)
    await cast.join(cast.charlie, Role.VIEWER, group=cubs)
    assert await cast.read(lambda s: role_in(s, cast.charlie.id, cubs.id)) is Role.ADMIN


@pytest.mark.attack(29)
async def test_a_role_costs_one_query_at_any_depth(cast: Cast) -> None:
    deepest = await _deep(cast, MAX_DEPTH - 1)
    statements = _listen(cast)
    assert await cast.read(lambda s: role_in(s, cast.alice.id, deepest.id)) is Role.OWNER
    assert len([text for text in statements if "members" in text]) == 1
    assert len([text for text in statements if "groups" in text]) == 1


@pytest.mark.attack(29)
@pytest.mark.parametrize("levels", [0, MAX_DEPTH - 1])
@pytest.mark.parametrize("permission", Permission)
async def test_a_check_costs_two_queries_at_most_at_any_depth(
    sqlite_cast: Cast, permission: Permission, levels: int
) -> None:
    cast = sqlite_cast
    deepest = await _deep(cast, levels)

    def check(s: Session) -> int:
        actor, group, before = cast.alice(s), deepest(s), len(statements)
        require(s, actor, permission, group)
        return len(statements) - before

    statements = _listen(cast)
    assert await cast.read(check) <= 2


@pytest.mark.attack(29)
async def test_a_role_from_beyond_the_deepest_level_does_not_count(cast: Cast) -> None:
    deepest = await _deep(cast, MAX_DEPTH)
    assert await cast.read(lambda s: role_in(s, cast.alice.id, deepest.id)) is None


@pytest.mark.parametrize("permission", Permission)
async def test_an_archived_group_allows_what_changes_nothing_and_the_ways_out(
    sqlite_cast: Cast, permission: Permission
) -> None:
    cast = sqlite_cast
    await _archive(cast, cast.tigers)
    check = cast.read(lambda s: require(s, cast.alice(s), permission, cast.tigers(s)))
    if permission in CHANGES_NOTHING | WAYS_OUT:
        assert await check is Role.OWNER
    else:
        with pytest.raises(Conflict, match="group_archived"):
            await check


@pytest.mark.parametrize("who", ["alice", "system admin"])
async def test_an_archive_covers_all_below_for_everybody(cast: Cast, who: str) -> None:
    deepest = await _deep(cast, MAX_DEPTH - 1)
    await _archive(cast, cast.tigers)
    actor = replace(cast.alice, system_admin=who == "system admin")
    with pytest.raises(Conflict, match="group_archived") as refusal:
        await cast.read(lambda s: require(s, actor(s), Permission.RENAME, deepest(s)))
    assert refusal.value.fields == {"group": f"Level {MAX_DEPTH - 2}"}


async def test_an_archive_covers_nothing_above_and_beside(cast: Cast) -> None:
    cubs = await cast.group("Cubs", parent=cast.tigers)
    kittens = await cast.group("Kittens", parent=cast.tigers)
    await _archive(cast, cubs)
    await cast.read(lambda s: require(s, cast.alice(s), Permission.RENAME, cast.tigers(s)))
    await cast.read(lambda s: require(s, cast.alice(s), Permission.RENAME, kittens(s)))


async def test_charlie_is_not_told_that_a_group_is_archived(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    await _archive(cast, cast.tigers)
    with pytest.raises(NotFound, match="group_unknown"):
        await cast.read(lambda s: require(s, cast.charlie(s), Permission.RENAME, cast.tigers(s)))


@pytest.mark.attack(29)
async def test_a_cycle_in_the_tree_ends_the_search(cast: Cast) -> None:
    cubs = await cast.group("Cubs", parent=cast.tigers)

    def knot(s: Session) -> None:
        cast.tigers(s).parent_id = cubs.id

    await cast.write(knot)
    assert await cast.read(lambda s: role_in(s, cast.bob.id, cubs.id)) is None


def _listen(cast: Cast) -> list[str]:
    """The statements from now on."""
    statements: list[str] = []
    engine = cast.database.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *seen: statements.append(seen[2]))
    return statements


async def _archive(cast: Cast, place: Place) -> None:
    def unit(s: Session) -> None:
        place(s).archived_at = cast.now

    await cast.write(unit)


async def _deep(cast: Cast, depth: int) -> Place:
    place = cast.tigers
    for level in range(depth):
        place = await cast.group(f"Level {level}", owner=cast.charlie, parent=place)
    return place
