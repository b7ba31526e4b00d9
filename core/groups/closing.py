"""How a group ends: archived, which is read-only and can be undone, or deleted, which can't."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from core.access import Actor, Member, MemberState, Permission, require
from core.audit import note
from core.chats import Chat
from core.errors import Conflict
from core.facts import GroupArchived, GroupRestored
from core.groups import Group, below, hold_still
from core.invites import Invite, InviteStatus, status_at
from core.outbox import record
from core.rosters.players import lift_players

MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class Remains:
    """What goes with a group when it is deleted. `named` are the first of its subgroups."""

    group: Group
    subgroups: int
    named: tuple[str, ...]
    members: int
    chats: int
    invites: int


def archive_group(session: Session, actor: Actor, *, group: Group, now: datetime) -> None:
    """From now on nothing changes in the group and below it, and its invites open nothing.

    Raises NotFound, Forbidden, or Conflict when it is archived.
    """
    require(session, actor, Permission.ARCHIVE, group)
    group.archived_at = now
    note(session, actor, action="group.archived", group=group, now=now)
    for concerned in _with_rooms(session, group):
        record(session, GroupArchived(group_id=concerned), now=now)


def restore_group(session: Session, actor: Actor, *, group: Group, now: datetime) -> None:
    """Take the group out of the archive, as it was. Raises NotFound, Forbidden, or Conflict when it
    is not archived itself.
    """
    require(session, actor, Permission.RESTORE, group)
    if group.archived_at is None:
        raise Conflict("not_archived", group=group.name)
    group.archived_at = None
    note(session, actor, action="group.restored", group=group, now=now)
    for concerned in _with_rooms(session, group):
        record(session, GroupRestored(group_id=concerned), now=now)


def plan_deletion(session: Session, actor: Actor, *, group: Group, now: datetime) -> Remains:
    """What would go with the group. Until the unit ends, nobody else changes its tree's shape.

    Raises NotFound or Forbidden.
    """
    hold_still(session, group)
    require(session, actor, Permission.DELETE, group)
    every = below(group.id)
    subgroups = select(Group).where(Group.id.in_(every), Group.id != group.id)
    named = session.scalars(
        subgroups.with_only_columns(Group.name).order_by(Group.id).limit(MOST_NAMED)
    )
    active = (Member.group_id.in_(every), Member.state == MemberState.ACTIVE)
    waiting = (Invite.group_id.in_(every), status_at(now) == InviteStatus.PENDING.value)
    return Remains(
        group,
        subgroups=_count(session, subgroups),
        named=tuple(named),
        members=session.scalars(
            select(func.count(Member.person_id.distinct())).where(*active)
        ).one(),
        chats=_count(session, select(Chat).where(Chat.group_id.in_(every))),
        invites=_count(session, select(Invite).where(*waiting)),
    )


def delete_group(session: Session, actor: Actor, *, remains: Remains, now: datetime) -> None:
    """Delete what was planned in this unit of work, for good: members, chats, invites, what was to
    be delivered, and the subgroups go by their foreign keys; the audit stays. Players go to the
    group above, if there is one: what was signed for them is not the team's alone.
    """
    group = remains.group
    note(
        session,
        actor,
        action="group.deleted",
        group=group,
        now=now,
        subject=f"group:{group.id}",
        subgroups=remains.subgroups,
        named=list(remains.named),
        members=remains.members,
    )
    session.flush()  # the entry loses its link with the group, so it must be there before
    lift_players(session, group)
    session.execute(delete(Group).where(Group.id == group.id))
    session.expire(actor.person, ["current_group_id"])


def _with_rooms(session: Session, group: Group) -> list[int]:
    """The group and those below it, as far as somebody can be told there."""
    rooms = select(Chat.group_id).where(Chat.group_id.in_(below(group.id)))
    return list(session.scalars(rooms.distinct().order_by(Chat.group_id)))


def _count(session: Session, query: Select[Group] | Select[Chat] | Select[Invite]) -> int:
    return session.scalars(query.with_only_columns(func.count())).one()
