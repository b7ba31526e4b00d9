"""The tree's shape: groups below a parent, renamed, and moved with who gains and who loses."""

from __future__ import annotations

from itertools import pairwise

import pytest
from sqlalchemy.orm import Session

from core.access import Role
from core.audit import AuditEntry
from core.errors import Conflict, CoreError, Forbidden, NotFound
from core.groups import MAX_DEPTH, Group, Kind, depth_of, height_of
from core.groups.tree import Move, create_group, list_named, move_group, plan_move, rename_group
from core.names import NAME_LIMIT
from core.outbox import OutboxEvent
from tests.cast import Cast, Place, Somebody, refused


async def _found(cast: Cast, who: Somebody, name: str, parent: Place | None = None) -> Place:
    def unit(s: Session) -> Place:
        above = parent(s) if parent else None
        group = create_group(s, who(s), kind=Kind.CLASS, name=name, parent=above, now=cast.now)
        return Place(group.id)

    return await cast.write(unit)


async def _plan(cast: Cast, who: Somebody, group: Place, parent: Place | None) -> Move:
    return await cast.write(
        lambda s: plan_move(s, who(s), group=group(s), parent=parent(s) if parent else None)
    )


async def _move(cast: Cast, who: Somebody, group: Place, parent: Place | None) -> None:
    def unit(s: Session) -> None:
        move = plan_move(s, who(s), group=group(s), parent=parent(s) if parent else None)
        move_group(s, who(s), move=move, now=cast.now)

    await cast.write(unit)


async def _rename(cast: Cast, who: Somebody, group: Place, name: str) -> str:
    return await cast.write(
        lambda s: rename_group(s, who(s), group=group(s), name=name, now=cast.now)
    )


async def _chain(cast: Cast, names: str, parent: Place | None = None) -> list[Place]:
    """Groups of alice's, each below the one before."""
    places: list[Place] = []
    for name in names:
        places.append(await _found(cast, cast.alice, name, places[-1] if places else parent))
    return places


async def _group(cast: Cast, place: Place) -> Group:
    return await cast.read(place)


async def _last(cast: Cast) -> AuditEntry:
    return (await cast.rows(AuditEntry))[-1]


async def test_an_admin_founds_a_group_below_and_owns_it(cast: Cast) -> None:
    await cast.join(cast.bob, Role.ADMIN)
    cubs = await _found(cast, cast.bob, "Cubs", cast.tigers)
    assert (await _group(cast, cubs)).parent_id == cast.tigers.id
    entry = await _last(cast)
    assert (entry.action, entry.group_id) == ("group.created", cubs.id)
    assert entry.details == {"group": "Cubs", "kind": "class", "under": cast.tigers.id}


@pytest.mark.parametrize("role", [Role.EDITOR, Role.MEMBER, Role.VIEWER])
async def test_a_lower_role_founds_nothing_below(sqlite_cast: Cast, role: Role) -> None:
    cast = sqlite_cast
    dana = await cast.somebody(role=role)
    with pytest.raises(Forbidden, match="not_allowed"):
        await _found(cast, dana, "Cubs", cast.tigers)


async def test_charlie_founds_nothing_below_what_he_may_not_know(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    with pytest.raises(NotFound, match="group_unknown"):
        await _found(cast, cast.charlie, "Cubs", cast.tigers)


@pytest.mark.attack(29)
async def test_the_tree_grows_to_its_depth_and_no_deeper(cast: Cast) -> None:
    chain = await _chain(cast, "abcdef")
    assert len(chain) == MAX_DEPTH
    refusal = await refused(_found(cast, cast.alice, "g", chain[-1]))
    assert (refusal.code, refusal.fields) == ("too_deep", {"group": "f", "limit": MAX_DEPTH})


@pytest.mark.attack(29)
async def test_a_thousand_levels_are_refused_one_by_one(sqlite_cast: Cast) -> None:
    cast, place = sqlite_cast, sqlite_cast.tigers

    def unit(s: Session) -> int:
        group, actor, made = place(s), cast.alice(s), 0
        for level in range(1000):
            try:
                group = create_group(
                    s, actor, kind=Kind.TEAM, name=f"L{level}", parent=group, now=cast.now
                )
                made += 1
            except Conflict:
                continue
        return made

    assert await cast.write(unit) == MAX_DEPTH - 1


@pytest.mark.attack(29)
async def test_a_tree_deeper_than_it_can_grow_is_walked_so_far_only(cast: Cast) -> None:
    """As a restored or edited database might hold it."""

    def unit(s: Session) -> tuple[int, int]:
        groups = [
            Group(kind=Kind.TEAM, name=f"L{n}", slug=f"l{n}", created_at=cast.now)
            for n in range(1000)
        ]
        s.add_all(groups)
        s.flush()
        for above, group in pairwise(groups):
            group.parent_id = above.id
        s.flush()
        return depth_of(s, groups[-1].id), height_of(s, groups[0].id)

    assert await cast.write(unit) == (MAX_DEPTH, MAX_DEPTH)


async def test_a_name_is_taken_among_siblings_only(cast: Cast) -> None:
    await _found(cast, cast.alice, "5b", cast.tigers)
    await _found(cast, cast.alice, "5b")
    await _found(cast, cast.alice, "5b", await _found(cast, cast.alice, "Year 5", cast.tigers))
    refusal = await refused(_found(cast, cast.alice, "5B!", cast.tigers))
    fields = {"name": "5B!", "parent": "Tigers", "proposal": "5B! 2"}
    assert (refusal.code, refusal.fields) == ("name_taken", fields)


async def test_what_is_proposed_is_free_and_fits(cast: Cast) -> None:
    name = "x" * NAME_LIMIT
    await _found(cast, cast.alice, name, cast.tigers)
    for number in (2, 3):
        refusal = await refused(_found(cast, cast.alice, name, cast.tigers))
        assert refusal.fields["proposal"] == "x" * (NAME_LIMIT - 2) + f" {number}"
        await _found(cast, cast.alice, str(refusal.fields["proposal"]), cast.tigers)


async def test_an_admin_renames_the_group_and_its_slug_follows(cast: Cast) -> None:
    await cast.join(cast.bob, Role.ADMIN)
    assert await _rename(cast, cast.bob, cast.tigers, "Lions!") == "Tigers"
    tigers = await _group(cast, cast.tigers)
    assert (tigers.name, tigers.slug) == ("Lions!", "lions")
    entry = await _last(cast)
    assert entry.details == {"group": "Lions!", "before": "Tigers", "after": "Lions!"}


async def test_a_group_may_change_the_case_of_its_own_name_and_not_take_another_s(
    cast: Cast,
) -> None:
    cubs = await _found(cast, cast.alice, "Cubs", cast.tigers)
    await _found(cast, cast.alice, "Kittens", cast.tigers)
    await _rename(cast, cast.alice, cubs, "CUBS")
    assert (await refused(_rename(cast, cast.alice, cubs, "kittens"))).code == "name_taken"


@pytest.mark.parametrize("who", ["bob", "charlie"])
async def test_bob_and_charlie_rename_nothing(sqlite_cast: Cast, who: str) -> None:
    refusal = await refused(
        _rename(sqlite_cast, getattr(sqlite_cast, who), sqlite_cast.tigers, "Lions")
    )
    assert refusal.code == {"bob": "not_allowed", "charlie": "group_unknown"}[who]


async def test_a_move_takes_all_below_along(cast: Cast) -> None:
    year, class_5b = await _chain(cast, "yc")
    await _move(cast, cast.alice, year, cast.tigers)
    assert await cast.read(lambda s: depth_of(s, class_5b.id)) == 3
    entry = await _last(cast)
    assert (entry.action, entry.group_id) == ("group.moved", year.id)
    assert (entry.details["before"], entry.details["after"]) == (None, cast.tigers.id)


async def test_a_moved_group_can_stand_on_its_own_again(cast: Cast) -> None:
    cubs = await _found(cast, cast.alice, "Cubs", cast.tigers)
    await _move(cast, cast.alice, cubs, None)
    assert (await _group(cast, cubs)).parent_id is None


@pytest.mark.attack(29)
@pytest.mark.parametrize("target", [0, 1, 2])
async def test_a_group_never_moves_below_itself(cast: Cast, target: int) -> None:
    chain = await _chain(cast, "abc")
    refusal = await refused(_plan(cast, cast.alice, chain[0], chain[target]))
    assert refusal.code == "move_cycle"


@pytest.mark.attack(29)
async def test_a_move_does_not_make_the_tree_too_deep(cast: Cast) -> None:
    high = await _chain(cast, "abc")
    deep = await _chain(cast, "klmn")
    assert (await refused(_plan(cast, cast.alice, high[0], deep[3]))).code == "too_deep"
    await _move(cast, cast.alice, high[0], deep[2])
    assert await cast.read(lambda s: depth_of(s, high[2].id)) == MAX_DEPTH


async def test_a_move_needs_a_free_name_and_another_place(cast: Cast) -> None:
    await _found(cast, cast.alice, "Cubs", cast.tigers)
    twin = await _found(cast, cast.alice, "cubs")
    assert (await refused(_plan(cast, cast.alice, twin, cast.tigers))).code == "name_taken"
    assert (await refused(_plan(cast, cast.alice, twin, None))).code == "move_nowhere"


async def test_the_plan_names_who_gains_and_who_loses(cast: Cast) -> None:
    school, lions = await cast.group("School"), await cast.group("Lions", owner=cast.bob)
    class_5b = await _found(cast, cast.alice, "5b", school)
    head = await cast.somebody("Head", role=Role.ADMIN, group=school)
    await cast.somebody("Pupil", role=Role.MEMBER, group=school)
    await cast.join(cast.alice, Role.ADMIN, group=lions)
    move = await _plan(cast, cast.alice, class_5b, lions)
    assert (move.gaining, move.losing) == ((cast.bob.id,), (head.id,))


async def test_who_has_the_role_anyway_neither_gains_nor_loses(cast: Cast) -> None:
    school = await cast.group("School")
    class_5b = await _found(cast, cast.alice, "5b", school)
    dana = await cast.somebody("Dana", role=Role.ADMIN, group=school)
    await cast.join(dana, Role.ADMIN, group=cast.tigers)
    erin = await cast.somebody("Erin", role=Role.ADMIN, group=school)
    await cast.join(erin, Role.OWNER, group=class_5b)
    move = await _plan(cast, cast.alice, class_5b, cast.tigers)
    assert (move.gaining, move.losing) == ((), ())


async def test_a_member_who_becomes_admin_by_the_move_gains(cast: Cast) -> None:
    await cast.join(cast.bob, Role.ADMIN)
    lions = await cast.group("Lions")
    await cast.join(cast.bob, Role.MEMBER, group=lions)
    move = await _plan(cast, cast.alice, lions, cast.tigers)
    assert move.gaining == (cast.bob.id,)
    assert await cast.read(lambda s: list_named(s, move.gaining, limit=10)) == ["Bob"]


async def test_what_the_plan_says_is_what_happens(cast: Cast) -> None:
    lions = await cast.group("Lions")
    await cast.join(cast.bob, Role.ADMIN)
    await _move(cast, cast.alice, lions, cast.tigers)
    assert await _may_rename(cast, cast.bob, lions)
    await _move(cast, cast.alice, lions, None)
    assert not await _may_rename(cast, cast.bob, lions)


@pytest.mark.attack(11)
async def test_an_admin_hands_nobody_more_by_a_move(cast: Cast) -> None:
    """Who owns the new place would own the group: only an owner may give that."""
    lions = await cast.group("Lions", owner=cast.bob)
    await cast.join(cast.bob, Role.ADMIN)
    assert (await refused(_plan(cast, cast.bob, cast.tigers, lions))).code == "not_allowed"


async def test_who_runs_a_class_alone_does_not_take_it_from_its_school(cast: Cast) -> None:
    cubs = await cast.group("Cubs", owner=cast.charlie, parent=cast.tigers)
    refusal = await refused(_plan(cast, cast.charlie, cubs, None))
    assert (refusal.code, refusal.fields) == ("move_not_yours", {"group": "Cubs"})
    await cast.join(cast.charlie, Role.MEMBER)
    assert (await refused(_plan(cast, cast.charlie, cubs, None))).code == "not_allowed"


async def test_nobody_moves_into_a_group_that_is_not_theirs(cast: Cast) -> None:
    lions = await cast.group("Lions", owner=cast.charlie)
    assert (await refused(_plan(cast, cast.charlie, lions, cast.tigers))).code == "group_unknown"
    assert (await refused(_plan(cast, cast.charlie, cast.tigers, lions))).code == "group_unknown"


async def _may_rename(cast: Cast, who: Somebody, group: Place) -> bool:
    try:
        await _rename(cast, who, group, "Renamed")
    except CoreError:
        return False
    return True


async def test_whose_rights_a_move_changes_hear_of_it_and_who_made_it_does_not(cast: Cast) -> None:
    school, club = await _found(cast, cast.alice, "School"), await _found(cast, cast.alice, "Club")
    await cast.join(cast.bob, Role.ADMIN, group=school)
    await cast.join(cast.charlie, Role.ADMIN, group=club)
    group = await _found(cast, cast.alice, "5b", school)
    await _move(cast, cast.alice, group, club)
    last = (await cast.rows(OutboxEvent))[-1]
    assert (last.event_type, last.payload) == (
        "group.moved",
        {
            "group_id": group.id,
            "by_id": cast.alice.id,
            "parent_id": club.id,
            "gaining": [cast.charlie.id],
            "losing": [cast.bob.id],
        },
    )


async def test_a_move_that_changes_nobody_s_rights_is_told_to_nobody(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    school, group = await _chain(cast, "sg")
    await _move(cast, cast.alice, group, await _found(cast, cast.alice, "Wing", school))
    assert await cast.rows(OutboxEvent) == []
