"""Lists of events: what somebody may come to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from core.access import Actor, Member, MemberState
from core.events import Event
from core.groups import Group
from core.guests import Guest

MOST_SHOWN = 10


def list_coming(
    session: Session, actor: Actor, *, under: Group | None = None, now: datetime
) -> list[Event]:
    """The next events that the actor is a guest of, has a role in, or whose group they are in;
    with `under` those of that group alone. Events without a date come last.
    """
    groups = select(Member.group_id).where(
        Member.person_id == actor.person.id, Member.state == MemberState.ACTIVE
    )
    asked = select(Guest.event_id).where(
        Guest.person_id == actor.person.id, Guest.removed_at.is_(None)
    )
    theirs = or_(Event.id.in_(asked), Event.id.in_(groups), Group.parent_id.in_(groups))
    query = select(Event).join(Event.group).where(theirs, Event.cancelled_at.is_(None))
    query = query.where(or_(Event.starts_at.is_(None), Event.starts_at > now))
    if under is not None:
        query = query.where(Group.parent_id == under.id)
    order = Event.starts_at.is_(None), Event.starts_at, Event.id
    shown = query.options(joinedload(Event.group, innerjoin=True)).order_by(*order)
    return list(session.scalars(shown.limit(MOST_SHOWN)))


def next_of(session: Session, group: Group, *, now: datetime) -> Event | None:
    """The group's next event, whoever asks: for those who are in its room."""
    query = select(Event).join(Event.group).where(Group.parent_id == group.id)
    coming = query.where(Event.cancelled_at.is_(None), Event.starts_at > now)
    shown = coming.options(joinedload(Event.group, innerjoin=True))
    return session.scalar(shown.order_by(Event.starts_at, Event.id).limit(1))
