"""Member: a person in a group. Joining, leaving, and who is in."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, cast

from sqlalchemy import ColumnElement, Select, Table, bindparam, func, insert, select, update
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from core.access import Actor, Member, MemberState, Origin, Permission, Role, require
from core.audit import note
from core.batches import is_listed
from core.chats.link_fates import end_links_of_person
from core.database.prepared import Prepared
from core.errors import Conflict, NotFound
from core.groups import Group, line_of
from core.names import clean_text
from core.pages import Cursor, Page, cut, turn_to
from core.people import Identity, Person
from core.people.name_words import few_bearers, reads_as, words_of

PAGE_SIZE = 10
MOST_COUNTED = 1000

_MEMBER = select(Member).where(
    Member.person_id == bindparam("person_id"), Member.group_id == bindparam("group_id")
)
_NEWCOMER = Prepared(
    insert(cast("Table", Member.__table__)).inline(),
    *("group_id", "person_id", "role", "label", "state", "origin", "joined_at"),
)
_PEOPLE = cast("Table", Person.__table__)
_STANDS = Prepared(
    update(_PEOPLE)
    .where(_PEOPLE.c.id == bindparam("person_id"))
    .values(current_group_id=bindparam("group_id"))
)
_OWNER = select(Member.id).where(Member.role == Role.OWNER, Member.state == MemberState.ACTIVE)


class Listed(NamedTuple):
    """Somebody in a list of members. Plain columns: a page of them is read all the time."""

    id: int
    person_id: int
    name: str
    role: Role
    label: str | None
    joined_at: datetime

    @classmethod
    def of(cls, row: Member) -> Listed:
        """A member who was found with their person."""
        return cls(row.id, row.person_id, row.person.name, row.role, row.label, row.joined_at)


_LISTED = (
    select(Member.id, Member.person_id, Person.name, Member.role, Member.label, Member.joined_at)
    .join(Member.person)
    .where(Member.state == MemberState.ACTIVE)
)
# From the front, which is asked for most by far.
_ONWARD = Prepared(
    _LISTED.where(Member.group_id == bindparam("group_id"), Member.id > bindparam("past"))
    .order_by(Member.id)
    .limit(bindparam("most"))
)


def find_member(session: Session, *, person_id: int, group_id: int) -> Member | None:
    """The person's own row in the group in whatever state, or None."""
    return session.scalar(_MEMBER, {"person_id": person_id, "group_id": group_id})


def find_active(session: Session, *, person_id: int, group_id: int) -> Member | None:
    """Somebody who is in the group at this moment, with their person, or None."""
    query = _MEMBER.where(Member.state == MemberState.ACTIVE)
    with_person = query.options(joinedload(Member.person, innerjoin=True))
    return session.scalar(with_person, {"person_id": person_id, "group_id": group_id})


def list_memberships(session: Session, person_id: int) -> list[Member]:
    """The groups that the person is in, with their role in each, in the order of joining."""
    return list(
        session.scalars(
            select(Member)
            .where(Member.person_id == person_id, Member.state == MemberState.ACTIVE)
            .options(joinedload(Member.group, innerjoin=True))
            .order_by(Member.id)
        )
    )


def list_members(
    session: Session,
    actor: Actor,
    *,
    group: Group,
    text: str = "",
    cursor: Cursor | None = None,
    size: int = PAGE_SIZE,
) -> Page[Listed]:
    """Who is in the group, `size` a page, by the beginnings of the words of their names.

    Raises Forbidden, NotFound.
    """
    require(session, actor, Permission.LIST_MEMBERS, group)
    if not clean_text(text) and (cursor is None or not cursor.back):
        start = {"group_id": group.id, "past": cursor.id if cursor else 0, "most": size + 1}
        found = [Listed(*row) for row in _ONWARD.rows(session, start)]
        return cut(found, id_of=lambda row: row.id, cursor=cursor, size=size)
    return turn_to(
        session,
        cast("Select[Listed]", _LISTED.where(*_called(session, group, text))),
        key=Member.id,
        id_of=lambda row: row.id,
        cursor=cursor,
        size=size,
        read=lambda query: map(Listed._make, session.execute(query)),
    )


def _called(session: Session, group: Group, text: str) -> list[ColumnElement[bool]]:
    """That a Member is in the group, and called so unless `text` is blank."""
    inside = Member.group_id == group.id
    name = clean_text(text)
    if not name:
        return [inside]
    if not words_of(name):
        return [inside, Person.name == name]
    few = few_bearers(session, name)
    if few is None:
        return [inside, *reads_as(name, Member.person_id)]
    # A sum is in no index: SQLite, which has no figures, would walk through the whole group.
    return [
        Member.group_id + 0 == group.id,
        Member.person_id.in_(few),
        *reads_as(name, Member.person_id),
    ]


class Reach(StrEnum):
    """Whether Usher can write to somebody."""

    OPEN = "open"
    SILENT = "silent"
    LOST = "lost"


_REACHABLE = Prepared(
    select(Identity.person_id, Identity.reachable, Identity.unreachable_reason).where(
        is_listed(Identity.person_id, "person_ids")
    )
)


def reach_of(session: Session, person_ids: Sequence[int]) -> dict[int, Reach]:
    """How each of these people can be reached: by any of their identities, not yet, no longer."""
    found = dict.fromkeys(person_ids, Reach.SILENT)
    rows = _REACHABLE.rows(session, {"person_ids": json.dumps(list(person_ids))})
    for person_id, reachable, reason in rows:
        if reachable:
            found[person_id] = Reach.OPEN
        elif reason is not None and found[person_id] is Reach.SILENT:
            found[person_id] = Reach.LOST
    return found


def count_members(session: Session, group_id: int) -> int:
    """How many are in, counted no further than MOST_COUNTED and one."""
    counted = select(Member.id).where(
        Member.group_id == group_id, Member.state == MemberState.ACTIVE
    )
    return session.scalars(
        select(func.count()).select_from(counted.limit(MOST_COUNTED + 1).subquery())
    ).one()


def list_leaders(session: Session, group_id: int, *, least: Role) -> tuple[list[int], list[int]]:
    """Person ids of the group's own members of at least that rank, and of those above it."""
    roles = [role for role in Role if role.rank >= least.rank]
    rows = session.execute(
        select(Member.person_id, Member.group_id)
        .where(
            Member.group_id.in_(line_of(group_id)),
            Member.state == MemberState.ACTIVE,
            Member.role.in_(roles),
        )
        .order_by(Member.id)
    ).all()
    own = [row.person_id for row in rows if row.group_id == group_id]
    return own, [row.person_id for row in rows if row.group_id != group_id]


def admit(
    session: Session,
    member: Member | None,
    *,
    person: Person,
    group: Group,
    role: Role,
    label: str | None = None,
    origin: Origin | None = None,
    now: datetime,
) -> None:
    """Put the person into the group. `member` is what `find_member` finds of them there: the row
    of somebody who was in before is restored.

    Asks no permission: the verb that admits has decided that the person may come in.
    """
    if member is None:
        place = {"group_id": group.id, "person_id": person.id, "joined_at": now}
        state = {"role": role, "label": label, "state": MemberState.ACTIVE, "origin": origin}
        _NEWCOMER.run(session, place | state)
    else:
        member.role, member.label = role, label
        member.state, member.origin = MemberState.ACTIVE, origin
        member.joined_at, member.ended_at = now, None
        session.flush()


def stand_in(session: Session, person: Person, group_id: int) -> None:
    """What the person says from now on is about that group, unless they have chosen one."""
    if person.current_group_id is None:
        _STANDS.run(session, {"person_id": person.id, "group_id": group_id})
        set_committed_value(person, "current_group_id", group_id)


def leave_group(session: Session, actor: Actor, *, group: Group, now: datetime) -> None:
    """The actor leaves; their row stays. Raises NotFound, or Conflict for the last owner."""
    lock_members(session, group)
    require(session, actor, Permission.LEAVE, group)
    member = lock_member(session, person_id=actor.person.id, group_id=group.id)
    if member is None or member.state is not MemberState.ACTIVE:
        raise NotFound("not_a_member", group=group.name)
    keep_an_owner(session, actor, member, group)
    member.state = MemberState.LEFT
    member.ended_at = now
    if actor.person.current_group_id == group.id:
        actor.person.current_group_id = None
    end_links_of_person(session, actor.person.id, group_id=group.id, now=now)
    note(session, actor, action="member.left", group=group, now=now)


def lock_members(session: Session, group: Group) -> None:
    """Changes of who is what in a group come one after the other: of two last owners who demote
    each other at once, the second is judged by what the first has done.

    Take it before asking for rights. It does not hinder those who join.
    """
    session.execute(select(Group.id).where(Group.id == group.id).with_for_update(key_share=True))


def lock_member(session: Session, *, person_id: int, group_id: int) -> Member | None:
    """The row with its person and group, as it is now and not as this unit may have seen it."""
    return session.scalar(
        select(Member)
        .where(Member.person_id == person_id, Member.group_id == group_id)
        .options(
            joinedload(Member.person, innerjoin=True), joinedload(Member.group, innerjoin=True)
        )
        .with_for_update(of=Member, key_share=True)
        .execution_options(populate_existing=True)
    )


def keep_an_owner(session: Session, actor: Actor, member: Member, group: Group) -> None:
    """Raises Conflict when `member` is the group's last owner, who may not go or step down.

    Under the lock of `lock_members` only.
    """
    if member.role is not Role.OWNER or member.state is not MemberState.ACTIVE:
        return
    if is_owned_besides(session, group, {member.person_id}):
        return
    if member.person_id == actor.person.id:
        raise Conflict("last_owner", group=group.name)
    person = session.get_one(Person, member.person_id)
    raise Conflict("last_owner_other", person=person.name, group=group.name)


def is_owned_besides(session: Session, group: Group, person_ids: Collection[int]) -> bool:
    """Whether anybody else owns the group. Under the lock of `lock_members` only."""
    others = _OWNER.where(Member.group_id == group.id, Member.person_id.not_in(person_ids))
    return session.scalar(others.limit(1)) is not None


def lock_owned(session: Session, person_ids: Collection[int]) -> list[Group]:
    """The groups that these people own, each under `lock_members`, in the order of their ids."""
    owned = _OWNER.where(Member.person_id.in_(person_ids)).with_only_columns(Member.group_id)
    groups = session.scalars(select(Group).where(Group.id.in_(owned)).order_by(Group.id)).all()
    for group in groups:
        lock_members(session, group)
    return list(groups)
