"""Where somebody stands: their own groups, and those that they run from above."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from core.access import MemberState, Role
from core.members.footholds import find_footholds, find_lookalikes, lay_out, list_footholds
from tests.cast import Cast, Place, Somebody


async def _seen(cast: Cast, who: Somebody) -> list[tuple[str, Role, bool, str | None]]:
    def unit(s: Session) -> list[tuple[str, Role, bool, str | None]]:
        found = list_footholds(s, who.id)
        return [(row.group.name, row.role, row.own, row.above) for row in found]

    return await cast.read(unit)


async def _found(cast: Cast, who: Somebody, name: str) -> list[int]:
    return await cast.read(lambda s: [row.group_id for row in find_footholds(s, who(s), name=name)])


async def _school(cast: Cast) -> tuple[Place, Place, Place]:
    """A school of alice's with a year and a class."""
    school = await cast.group("School")
    year = await cast.group("Year 5", owner=cast.charlie, parent=school)
    return school, year, await cast.group("5b", owner=cast.charlie, parent=year)


async def test_an_owner_of_the_whole_stands_in_every_part(cast: Cast) -> None:
    await _school(cast)
    assert await _seen(cast, cast.alice) == [
        ("Tigers", Role.OWNER, True, None),
        ("School", Role.OWNER, True, None),
        ("Year 5", Role.OWNER, False, "School"),
        ("5b", Role.OWNER, False, "Year 5"),
    ]


@pytest.mark.parametrize("role", [Role.EDITOR, Role.MEMBER, Role.VIEWER])
async def test_a_lower_role_stands_only_where_it_is(cast: Cast, role: Role) -> None:
    school, _, _ = await _school(cast)
    dana = await cast.somebody(role=role, group=school)
    assert await _seen(cast, dana) == [("School", role, True, None)]


async def test_a_teacher_of_one_class_sees_neither_the_school_nor_another_class(cast: Cast) -> None:
    _, year, class_5b = await _school(cast)
    await cast.group("5c", owner=cast.charlie, parent=year)
    dana = await cast.somebody(role=Role.OWNER, group=class_5b)
    assert await _seen(cast, dana) == [("5b", Role.OWNER, True, None)]


async def test_the_highest_role_is_shown_once(cast: Cast) -> None:
    school, year, class_5b = await _school(cast)
    dana = await cast.somebody(role=Role.ADMIN, group=school)
    await cast.join(dana, Role.OWNER, group=year)
    await cast.join(dana, Role.VIEWER, group=class_5b)
    assert await _seen(cast, dana) == [
        ("School", Role.ADMIN, True, None),
        ("Year 5", Role.OWNER, True, "School"),
        ("5b", Role.OWNER, True, "Year 5"),
    ]


async def test_who_is_out_stands_nowhere(cast: Cast) -> None:
    await cast.group("Cubs", parent=cast.tigers)
    await cast.join(cast.bob, Role.ADMIN)
    await cast.part(cast.bob, MemberState.REMOVED)
    assert await _seen(cast, cast.bob) == []


@pytest.mark.parametrize("name", ["5b", "5B", " 5b ", "#{id}", "{id}"])
async def test_a_group_below_is_found_by_name_slug_or_number(cast: Cast, name: str) -> None:
    _, _, class_5b = await _school(cast)
    assert await _found(cast, cast.alice, name.format(id=class_5b.id)) == [class_5b.id]
    assert await _found(cast, cast.bob, name.format(id=class_5b.id)) == []


async def test_an_exact_name_goes_before_one_with_other_signs(cast: Cast) -> None:
    loud = await cast.group("Lions!")
    calm = await cast.group("Lions")
    assert await _found(cast, cast.alice, "lions!") == [loud.id]
    assert await _found(cast, cast.alice, "lions") == [calm.id]
    assert await _found(cast, cast.alice, "Lions?") == [loud.id, calm.id]


async def test_a_number_with_its_sign_is_no_name(cast: Cast) -> None:
    named = await cast.group(str(cast.tigers.id))
    assert await _found(cast, cast.alice, f"#{cast.tigers.id}") == [cast.tigers.id]
    assert await _found(cast, cast.alice, str(cast.tigers.id)) == [named.id]


@pytest.mark.parametrize("name", ["9" * 18, "9" * 40, "#", "", "%", "²"])
async def test_what_names_no_group_finds_none(cast: Cast, name: str) -> None:
    assert await _found(cast, cast.alice, name) == []


async def test_a_system_admin_finds_every_group(cast: Cast) -> None:
    _, _, class_5b = await _school(cast)
    root = replace(cast.bob, system_admin=True)
    assert await _found(cast, root, "5b") == [class_5b.id]


async def test_the_tree_is_laid_out_below_what_is_visible(cast: Cast) -> None:
    school, _, class_5b = await _school(cast)
    await cast.group("Choir", owner=cast.charlie, parent=school)
    await cast.join(cast.bob, Role.MEMBER, group=school)
    await cast.join(cast.bob, Role.MEMBER, group=class_5b)

    async def laid_out(who: Somebody) -> list[tuple[int, str]]:
        found = await cast.read(lambda s: lay_out(list_footholds(s, who.id)))
        return [(branch.depth, branch.foothold.group.name) for branch in found]

    alice = [(0, "School"), (1, "Choir"), (1, "Year 5"), (2, "5b"), (0, "Tigers")]
    assert await laid_out(cast.alice) == alice
    assert await laid_out(cast.bob) == [(0, "5b"), (0, "School"), (0, "Tigers")]


async def _mistaken(cast: Cast, who: Somebody, place: Place) -> list[str]:
    return await cast.read(
        lambda s: [row.group.name for row in find_lookalikes(s, who.id, group=place(s))]
    )


@pytest.mark.attack(46)
async def test_a_homoglyph_of_a_known_group_is_found_and_of_an_unknown_one_not(cast: Cast) -> None:
    fake = await cast.group("\u0422igers", owner=cast.charlie)  # Cyrillic T
    assert await _mistaken(cast, cast.bob, fake) == ["Tigers"]
    assert await _mistaken(cast, cast.charlie, fake) == []


async def test_one_name_in_two_places_is_told_apart_by_the_place(cast: Cast) -> None:
    _, year, class_5b = await _school(cast)
    await cast.group("5b", parent=cast.tigers)
    assert await _mistaken(cast, cast.alice, class_5b) == []
    await cast.group("\u0422igers", parent=year)
    assert await _mistaken(cast, cast.alice, cast.tigers) == ["\u0422igers"]


async def test_two_roots_of_one_name_can_be_mistaken(cast: Cast) -> None:
    twin = await cast.group("tigers")
    assert await _mistaken(cast, cast.alice, twin) == ["Tigers"]
