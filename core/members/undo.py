"""Undoing a change of a member for as long as UNDO_WINDOW."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from core.access import (
    Actor,
    Member,
    MemberState,
    Permission,
    Role,
    require,
    require_grant,
    standing,
)
from core.errors import Conflict, Forbidden, NotFound
from core.groups import Group
from core.members import keep_an_owner
from core.members.changes import MemberChange, latest_change, open_rooms, reach_member, tell_change

UNDO_WINDOW = timedelta(minutes=10)
MOST_SHOWN = 5


def list_undoable(
    session: Session, actor: Actor, *, group: Group, now: datetime
) -> list[MemberChange]:
    """The actor's own latest changes of members of the group, the newest first, five at most.

    Raises Forbidden, or NotFound for none.
    """
    require(session, actor, Permission.CHANGE_ROLE, group)
    latest = select(func.max(MemberChange.id)).where(MemberChange.member_id == Member.id)
    query = (
        select(MemberChange)
        .join(MemberChange.member)
        .join(Member.person)
        .where(
            MemberChange.actor_id == actor.person.id,
            MemberChange.created_at >= now - UNDO_WINDOW,
            MemberChange.undone_at.is_(None),
            MemberChange.id == latest.correlate(Member).scalar_subquery(),
            Member.group_id == group.id,
        )
        .options(contains_eager(MemberChange.member).contains_eager(Member.person))
    )
    found = session.scalars(query.order_by(MemberChange.id.desc()).limit(MOST_SHOWN)).all()
    if not found:
        raise NotFound("nothing_to_undo", group=group.name, window=UNDO_WINDOW)
    return list(found)


def undo_change(session: Session, actor: Actor, *, public_id: str, now: datetime) -> MemberChange:
    """Make the member what they were before. Who changed it may, or an owner, as long as they
    could do it by hand.

    Raises NotFound, Forbidden, or Conflict when it is too late or something changed meanwhile.
    """
    found = _find(session, public_id)
    if found is None or standing(session, actor, found.member.group) is None:
        raise NotFound("undo_unknown")
    group = found.member.group
    permission = Permission.REMOVE_MEMBER
    if found.new_state is found.old_state:
        permission = Permission.CHANGE_ROLE
    member, own = reach_member(session, actor, permission, group, found.member.person_id)
    if found.actor_id != actor.person.id and own is not Role.OWNER:
        raise Forbidden("undo_not_yours", group=group.name)
    _check_undoable(session, found, member, now=now)
    _check_return(session, actor, found, member, group)
    if found.new_state is MemberState.BANNED:
        open_rooms(session, member, now=now)
    member.role, member.label = found.old_role, found.old_label
    member.state, member.ended_at = found.old_state, found.old_ended_at
    found.undone_at = now
    tell_change(session, actor, member, group, action="member.change_undone", now=now)
    return found


def _find(session: Session, public_id: str) -> MemberChange | None:
    return session.scalar(
        select(MemberChange)
        .where(MemberChange.public_id == public_id)
        .options(
            joinedload(MemberChange.member, innerjoin=True).joinedload(Member.group, innerjoin=True)
        )
    )


def _check_undoable(
    session: Session, found: MemberChange, member: Member, *, now: datetime
) -> None:
    session.refresh(found, ["undone_at"])
    if found.undone_at is not None:
        raise Conflict("undo_done")
    if now - found.created_at > UNDO_WINDOW:
        raise Conflict("undo_too_late", window=UNDO_WINDOW)
    latest = latest_change(session, member)
    if latest is None or latest.id != found.id or not found.is_as_left(member):
        raise Conflict("undo_overtaken", person=member.person.name)


def _check_return(
    session: Session, actor: Actor, found: MemberChange, member: Member, group: Group
) -> None:
    """Undoing hands out no more than the actor may hand out, and leaves an owner."""
    if found.old_state is not MemberState.ACTIVE:
        return
    require_grant(session, actor, found.old_role, group, label=found.old_label)
    if found.old_role is not Role.OWNER:
        keep_an_owner(session, actor, member, group)
