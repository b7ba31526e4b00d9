"""Putting somebody who is no longer a member out of the group's rooms as well."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from core.access import Actor, Member, MemberState, Permission
from core.chats import Chat
from core.errors import Conflict
from core.facts import MemberExpelled
from core.groups import Group
from core.members.changes import Sanction, latest_change, note_member, reach_member
from core.outbox import record
from core.people import Identity


def expel_from_rooms(
    session: Session,
    actor: Actor,
    *,
    group: Group,
    person_id: int,
    sanction: Sanction,
    now: datetime,
) -> Member:
    """Have somebody who is no longer a member put out of the group's rooms too.

    Raises Forbidden, NotFound, or Conflict for somebody who is a member.
    """
    member, _ = reach_member(session, actor, Permission.REMOVE_MEMBER, group, person_id)
    if member.state is MemberState.ACTIVE:
        raise Conflict("expel_member", person=member.person.name, group=group.name)
    last = latest_change(session, member)
    if last is not None and last.room is not Sanction.BAN:
        last.room = sanction
    note_member(
        session, actor, member, group, action="member.expelled", now=now, sanction=sanction.value
    )
    record(
        session,
        MemberExpelled(
            group_id=group.id,
            person_id=person_id,
            ban=sanction is Sanction.BAN,
            by_id=actor.person.id,
        ),
        now=now,
    )
    return member


def find_rooms(session: Session, *, person_id: int, group_id: int) -> list[Chat]:
    """The group's rooms on the platforms that the person is known on."""
    known = exists().where(Identity.person_id == person_id, Identity.platform == Chat.platform)
    query = select(Chat).where(Chat.group_id == group_id, known).order_by(Chat.id)
    return list(session.scalars(query))
