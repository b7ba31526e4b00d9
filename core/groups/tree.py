"""What grows and changes the tree of groups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import (
    INHERITED_ROLES,
    Actor,
    Member,
    MemberState,
    Origin,
    Permission,
    Role,
    require,
    require_unlimited,
    standing,
)
from core.audit import note
from core.errors import Conflict, Forbidden
from core.facts import GroupMoved
from core.groups import (
    MAX_DEPTH,
    Group,
    Kind,
    depth_of,
    get_group,
    height_of,
    hold_still,
    line_of,
)
from core.names import NAME_LIMIT, clean_name, cut, slugify
from core.outbox import record
from core.people import Person

NO_RANK = -len(Role)  # below every role's


@dataclass(frozen=True, slots=True)
class Move:
    """What moving `group` under `parent` would change; `parent` None makes it a root.

    `gaining` and `losing` are the people whose role in the group rises or falls.
    """

    group: Group
    parent: Group | None
    gaining: tuple[int, ...]
    losing: tuple[int, ...]


def create_group(
    session: Session,
    actor: Actor,
    *,
    kind: Kind,
    name: str,
    parent: Group | None = None,
    now: datetime,
) -> Group:
    """Found a group, a root or under `parent`; the founder becomes its owner and it their current
    group.

    Raises Invalid for a name that is blank or too long, NotFound or Forbidden for a parent that is
    not the actor's, Conflict for a name that is taken there, one level too many, or an archive.
    """
    shown = clean_name(name)
    if parent is not None:
        _open_up(session, actor, parent, levels=1)
        _check_free(session, shown, parent)
    else:
        require_unlimited(actor)
    group = Group(kind=kind, name=shown, slug=slugify(shown), created_at=now)
    group.parent_id = parent.id if parent else None
    session.add(group)
    session.flush()
    session.add(
        Member(
            group_id=group.id,
            person_id=actor.person.id,
            role=Role.OWNER,
            state=MemberState.ACTIVE,
            joined_at=now,
            origin=Origin.FOUNDER,
        )
    )
    actor.person.current_group_id = group.id
    above = group.parent_id
    note(session, actor, action="group.created", group=group, now=now, kind=kind.value, under=above)
    return group


def rename_group(session: Session, actor: Actor, *, group: Group, name: str, now: datetime) -> str:
    """Give the group another name; the name that it had.

    Raises Invalid for a name that is blank or too long, NotFound, Forbidden, or Conflict for a name
    that is taken among its siblings or an archive.
    """
    hold_still(session, group)
    require(session, actor, Permission.RENAME, group)
    shown, before = clean_name(name), group.name
    if group.parent_id is not None:
        _check_free(session, shown, get_group(session, group.parent_id), but=group)
    group.name, group.slug = shown, slugify(shown)
    note(session, actor, action="group.renamed", group=group, now=now, before=before, after=shown)
    return before


def plan_move(session: Session, actor: Actor, *, group: Group, parent: Group | None) -> Move:
    """What the move would change, and that it may be made. Until the unit ends, nobody else changes
    the trees that it concerns.

    Raises NotFound, Forbidden, or Conflict for a cycle, one level too many, a name that is taken
    there, a place where the group stands already, or an archive.
    """
    hold_still(session, group, *([parent] if parent else []))
    require(session, actor, Permission.MOVE, group)
    if group.parent_id == (parent.id if parent else None):
        raise Conflict("move_nowhere", group=group.name)
    _require_at_old_place(session, actor, group)
    if parent is not None:
        _check_no_cycle(session, group, parent)
        _open_up(session, actor, parent, levels=height_of(session, group.id))
        _check_free(session, group.name, parent)
    gaining, losing = _whose_role_changes(session, group, parent)
    return Move(group, parent, gaining, losing)


def move_group(session: Session, actor: Actor, *, move: Move, now: datetime) -> None:
    """Make the move that was planned in this unit of work. Whose rights it changes hear of it."""
    group, before = move.group, move.group.parent_id
    group.parent_id = move.parent.id if move.parent else None
    session.flush()
    note(
        session,
        actor,
        action="group.moved",
        group=group,
        now=now,
        before=before,
        after=group.parent_id,
        gaining=len(move.gaining),
        losing=len(move.losing),
    )
    moved = GroupMoved(
        group_id=group.id,
        by_id=actor.person.id,
        parent_id=group.parent_id,
        gaining=sorted({*move.gaining} - {actor.person.id}),
        losing=sorted({*move.losing} - {actor.person.id}),
    )
    if moved.gaining or moved.losing:
        record(session, moved, now=now)


def list_named(session: Session, people: tuple[int, ...], *, limit: int) -> list[str]:
    """The names of the first `limit` of these people."""
    query = select(Person.name).where(Person.id.in_(people[:limit])).order_by(Person.id)
    return list(session.scalars(query))


def _require_at_old_place(session: Session, actor: Actor, group: Group) -> None:
    """Who runs a class alone does not take it away from its school."""
    if group.parent_id is None:
        return
    parent = get_group(session, group.parent_id)
    if standing(session, actor, parent) is None:
        raise Forbidden("move_not_yours", group=group.name)
    require(session, actor, Permission.ARRANGE, parent)


def _open_up(session: Session, actor: Actor, parent: Group, *, levels: int) -> None:
    """The actor may put something that spans so many levels under `parent`, and it fits."""
    hold_still(session, parent)
    require(session, actor, Permission.ARRANGE, parent)
    if depth_of(session, parent.id) + levels > MAX_DEPTH:
        raise Conflict("too_deep", group=parent.name, limit=MAX_DEPTH)


def _check_no_cycle(session: Session, group: Group, parent: Group) -> None:
    if group.id in set(session.scalars(line_of(parent.id))):
        raise Conflict("move_cycle", group=group.name, parent=parent.name)


def _check_free(session: Session, name: str, parent: Group, *, but: Group | None = None) -> None:
    slug = slugify(name)
    siblings = select(Group.slug).where(Group.parent_id == parent.id)
    if but is not None:
        siblings = siblings.where(Group.id != but.id)
    if session.scalar(siblings.where(Group.slug == slug)) is None:
        return
    taken = set(session.scalars(siblings))
    proposals = (_numbered(name, number) for number in count(2))
    free = next(proposal for proposal in proposals if slugify(proposal) not in taken)
    raise Conflict("name_taken", name=name, parent=parent.name, proposal=free)


def _numbered(name: str, number: int) -> str:
    suffix = f" {number}"
    return cut(name, NAME_LIMIT - len(suffix)) + suffix


def _whose_role_changes(
    session: Session, group: Group, parent: Group | None
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Those whose role in the group rises, and those whose role falls, when it stands elsewhere."""
    was = _ranks_from_above(session, group.parent_id)
    will_be = _ranks_from_above(session, parent.id if parent else None)
    people = sorted(was.keys() | will_be.keys())
    own = _own_ranks(session, group, people)
    rises = {who: _highest(who, will_be, own) - _highest(who, was, own) for who in people}
    gaining = tuple(who for who, by in rises.items() if by > 0)
    return gaining, tuple(who for who, by in rises.items() if by < 0)


def _ranks_from_above(session: Session, group_id: int | None) -> dict[int, int]:
    """The highest rank that each person hands down from the group or from one above it."""
    if group_id is None:
        return {}
    rows = session.execute(
        select(Member.person_id, Member.role).where(
            Member.group_id.in_(line_of(group_id)),
            Member.state == MemberState.ACTIVE,
            Member.role.in_(INHERITED_ROLES),
        )
    )
    ranks: dict[int, int] = {}
    for person_id, role in rows:
        ranks[person_id] = max(role.rank, ranks.get(person_id, NO_RANK))
    return ranks


def _own_ranks(session: Session, group: Group, people: list[int]) -> dict[int, int]:
    rows = session.execute(
        select(Member.person_id, Member.role).where(
            Member.group_id == group.id,
            Member.state == MemberState.ACTIVE,
            Member.person_id.in_(people),
        )
    )
    return {person_id: role.rank for person_id, role in rows}


def _highest(person_id: int, *ranks: dict[int, int]) -> int:
    return max(rank.get(person_id, NO_RANK) for rank in ranks)
