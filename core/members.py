"""Member: a person in a group. Joining, leaving, and who is in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from core.access import Actor, Member, MemberState, Permission, Role, require
from core.audit import note
from core.errors import Conflict, NotFound
from core.groups import Group
from core.names import clean_text
from core.pages import Cursor, Page, turn_to
from core.people import Identity, Person

PAGE_SIZE = 10

_MEMBER = select(Member).where(
    Member.person_id == bindparam("person_id"), Member.group_id == bindparam("group_id")
)


def find_member(session: Session, *, person_id: int, group_id: int) -> Member | None:
    """The person's own row in the group in whatever state, or None."""
    return session.scalar(_MEMBER, {"person_id": person_id, "group_id": group_id})


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
    session: Session, actor: Actor, *, group: Group, text: str = "", cursor: Cursor | None = None
) -> Page[Member]:
    """Who is in the group, ten a page, by a part of the name. Raises Forbidden, NotFound."""
    require(session, actor, Permission.LIST_MEMBERS, group)
    query = (
        select(Member)
        .join(Member.person)
        .where(Member.group_id == group.id, Member.state == MemberState.ACTIVE)
        .options(contains_eager(Member.person))
    )
    if part := clean_text(text).lower():
        query = query.where(func.lower(Person.name).contains(part, autoescape=True))
    return turn_to(
        session, query, key=Member.id, id_of=lambda row: row.id, cursor=cursor, size=PAGE_SIZE
    )


def find_acquaintance(session: Session, actor: Actor, *, username: str) -> Person:
    """Somebody whom the actor shares a group with, by username. Raises NotFound.

    People of other groups look like nobody: Usher is no directory of strangers.
    """
    mine = select(Member.group_id).where(
        Member.person_id == actor.person.id, Member.state == MemberState.ACTIVE
    )
    shared = select(Member.person_id).where(
        Member.group_id.in_(mine), Member.state == MemberState.ACTIVE
    )
    person = session.scalar(
        select(Person)
        .join(Identity, Identity.person_id == Person.id)
        .where(
            func.lower(Identity.username) == username.removeprefix("@").lower(),
            Person.id.in_(shared),
        )
    )
    if person is None:
        raise NotFound("who_not_known", who=username)
    return person


def count_members(session: Session, group_id: int) -> int:
    return session.scalars(
        select(func.count()).where(Member.group_id == group_id, Member.state == MemberState.ACTIVE)
    ).one()


def admit(
    session: Session,
    member: Member | None,
    *,
    person: Person,
    group: Group,
    role: Role,
    now: datetime,
) -> Member:
    """Put the person into the group. `member` is what `find_member` finds of them there: the row
    of somebody who was in before is restored.

    Asks no permission: the verb that admits has decided that the person may come in.
    """
    if member is None:
        member = Member(group_id=group.id, person_id=person.id)
        session.add(member)
    member.role = role
    member.state = MemberState.ACTIVE
    member.joined_at = now
    member.ended_at = None
    session.flush()
    return member


def leave_group(session: Session, actor: Actor, *, group: Group, now: datetime) -> None:
    """The actor leaves; their row stays. Raises NotFound, or Conflict for the last owner."""
    require(session, actor, Permission.LEAVE, group)
    # The owners' rows are locked together: of two last owners who leave at once, one must stay.
    owners = session.scalars(_owners(group).with_for_update()).all()
    member = find_member(session, person_id=actor.person.id, group_id=group.id)
    if member is None or member.state is not MemberState.ACTIVE:
        raise NotFound("not_a_member", group=group.name)
    if [owner.id for owner in owners] == [member.id]:
        raise Conflict("last_owner", group=group.name)
    member.state = MemberState.LEFT
    member.ended_at = now
    if actor.person.current_group_id == group.id:
        actor.person.current_group_id = None
    note(session, actor, action="member.left", group=group, now=now)


def _owners(group: Group) -> Select[Member]:
    return select(Member).where(
        Member.group_id == group.id,
        Member.role == Role.OWNER,
        Member.state == MemberState.ACTIVE,
    )
