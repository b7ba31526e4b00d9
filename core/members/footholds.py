"""Foothold: a group that somebody stands in, by their own membership or by a role from above."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import CTE, ColumnElement, Select, and_, false, literal, null, or_, select
from sqlalchemy.orm import Session, aliased

from core.access import INHERITED_ROLES, Actor, Member, MemberState, Role
from core.groups import MAX_DEPTH, Group, below
from core.lookalikes import look_alike
from core.names import slugify

MOST_FOUND = 20
LONGEST_NUMBER = 18  # digits that fit a 64-bit id


@dataclass(frozen=True, slots=True)
class Foothold:
    """A group with the role that somebody acts with there, and the word that it was given by.
    `own`: they are a member themselves.

    `above` is the name of the group that it stands under, where they stand there as well.
    """

    group: Group
    role: Role
    label: str | None
    own: bool
    above: str | None

    @property
    def group_id(self) -> int:
        return self.group.id


@dataclass(frozen=True, slots=True)
class Branch:
    """A foothold in its place; `depth` counts the levels above it that the person can see."""

    foothold: Foothold
    depth: int


def list_footholds(session: Session, person_id: int) -> list[Foothold]:
    """Every group that the person stands in, oldest first. One query at any depth."""
    return _merge(session, _standing(person_id))


def find_footholds(session: Session, actor: Actor, *, name: str) -> list[Foothold]:
    """The actor's groups of that name, slug or number; a system admin's are all.

    `#7` is a number and nothing else. The exact name goes before one that differs in signs alone.
    """
    query = _all() if actor.system_admin else _standing(actor.person.id)
    found = _merge(session, query.where(_is_called(name)).limit(_ROWS))
    exact = [row for row in found if row.group.name.casefold() == name.casefold()]
    return (exact or found)[:MOST_FOUND]


def page_footholds(
    session: Session, actor: Actor, *, after: int = 0, size: int
) -> tuple[list[Foothold], int | None]:
    """The actor's groups, oldest first, `size` a page, and the id after which the next one begins.

    A system admin's are all; of a limited key's owner those that the key opens.
    """
    query = _all() if actor.system_admin else _standing(actor.person.id)
    query = query.where(Group.id > after)
    if actor.scope is not None and actor.scope.groups is not None:
        query = query.where(or_(false(), *(Group.id.in_(below(one)) for one in actor.scope.groups)))
    found = _merge(session, query.limit((size + 1) * MAX_DEPTH))
    return found[:size], found[size - 1].group_id if len(found) > size else None


def standing_ids(person_id: int) -> Select[int]:
    """A query for the ids of all groups that the person stands in."""
    return select(_realm(person_id).c.id)


def lay_out(footholds: Iterable[Foothold]) -> list[Branch]:
    """The groups as a tree: each below what it stands under, siblings by name."""
    rows = {row.group_id: row for row in footholds}
    children: dict[int | None, list[Foothold]] = defaultdict(list)
    for row in sorted(rows.values(), key=lambda row: row.group.name.casefold()):
        above = row.group.parent_id
        children[above if above in rows else None].append(row)
    return list(_branches(children, above=None, depth=0))


def _branches(
    children: Mapping[int | None, list[Foothold]], *, above: int | None, depth: int
) -> Iterator[Branch]:
    for row in children.get(above, []):
        yield Branch(row, depth)
        yield from _branches(children, above=row.group_id, depth=depth + 1)


def find_lookalikes(session: Session, person_id: int, *, group: Group) -> list[Foothold]:
    """The person's other groups that they could mistake this one for."""
    mine = (row for row in list_footholds(session, person_id) if row.group_id != group.id)
    return [row for row in mine if _is_mistakable(row.group, group)]


def _is_mistakable(one: Group, other: Group) -> bool:
    # A 5b in each of two schools is told apart by its school.
    if one.name.casefold() == other.name.casefold() and (one.parent_id or other.parent_id):
        return False
    return look_alike(one.name, other.name)


_ROWS = MOST_FOUND * MAX_DEPTH  # a group comes once for each level that a role in it comes from
_Rows = Select[Group, Role, str | None, int, str | None]


def _standing(person_id: int) -> _Rows:
    realm, above = _realm(person_id), aliased(Group)
    known = and_(above.id == Group.parent_id, above.id.in_(select(realm.c.id)))
    return (
        select(Group, realm.c.role, realm.c.label, realm.c.level, above.name)
        .join(realm, realm.c.id == Group.id)
        .outerjoin(above, known)
        .order_by(Group.id)
    )


def _realm(person_id: int) -> CTE:
    """Where the person's roles reach: level 0 is their own membership."""
    own = select(
        Member.group_id.label("id"),
        Member.role.label("role"),
        Member.label.label("label"),
        literal(0).label("level"),
    )
    active = and_(Member.person_id == person_id, Member.state == MemberState.ACTIVE)
    realm = own.where(active).cte("realm", recursive=True)
    reaches = and_(realm.c.role.in_(INHERITED_ROLES), realm.c.level < MAX_DEPTH - 1)
    step = select(Group.id, realm.c.role, realm.c.label, realm.c.level + 1)
    return realm.union(step.where(Group.parent_id == realm.c.id, reaches))


def _all() -> _Rows:
    above = aliased(Group)
    return (
        select(Group, literal(Role.OWNER), null(), literal(1), above.name)
        .outerjoin(above, above.id == Group.parent_id)
        .order_by(Group.id)
    )


def _is_called(name: str) -> ColumnElement[bool]:
    number = name.removeprefix("#")
    called = Group.slug == slugify(name)
    if not (number.isascii() and number.isdigit()) or len(number) > LONGEST_NUMBER:
        return called
    numbered = Group.id == int(number)
    return numbered if name.startswith("#") else or_(called, numbered)


def _merge(session: Session, query: _Rows) -> list[Foothold]:
    merged: dict[int, Foothold] = {}
    for group, role, label, level, above in session.execute(query):
        found = Foothold(group, role, label, level == 0, above)
        before = merged.get(group.id)
        merged[group.id] = _higher(before, found) if before else found
    return list(merged.values())


def _higher(one: Foothold, other: Foothold) -> Foothold:
    """The higher role of the two, and of equal ones their own with its word."""
    higher = max(one, other, key=lambda row: (row.role.rank, row.own))
    return replace(higher, own=one.own or other.own)
