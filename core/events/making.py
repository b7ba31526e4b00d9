"""Making an event: its group, its row, and the members of the team it hangs under as its guests."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from core.access import Actor, Member, MemberState
from core.events import Event
from core.events.plans import EventPlan
from core.events.reminders import plan_reminders
from core.groups import Group, Kind
from core.groups.tree import create_group
from core.guests import Guest, GuestStatus, name_key
from core.model import insert_new
from core.people import Person

UID_BYTES = 24
AT_ONCE = 1000


def create_event(
    session: Session,
    actor: Actor,
    *,
    name: str,
    plan: EventPlan,
    parent: Group | None = None,
    now: datetime,
) -> Event:
    """An event of its own, or of a team, whose members are its guests from then on.

    Raises as `create_group` does, and Invalid for what cannot be.
    """
    columns = plan.checked()
    group = create_group(session, actor, kind=Kind.EVENT, name=name, parent=parent, now=now)
    event = add_event(session, group, columns)
    plan_reminders(session, event, now=now)
    if parent is not None:
        ask_members(session, event, of=parent.id, added_by=actor.person.id, now=now)
        event.card_due_at = now
    return event


def add_event(session: Session, group: Group, columns: dict[str, object]) -> Event:
    """The row beside the group. Asks no permission."""
    event = Event(
        id=group.id, group=group, uid=secrets.token_urlsafe(UID_BYTES), sequence=0, terms=0
    )
    for name, value in columns.items():
        setattr(event, name, value)
    session.add(event)
    session.flush()
    return event


def ask_members(
    session: Session, event: Event, *, of: int, added_by: int | None, now: datetime
) -> int:
    """The group's own members become guests who have not answered; how many were not yet."""
    rows = session.execute(
        select(Person.id, Person.name)
        .join(Member, Member.person_id == Person.id)
        .where(Member.group_id == of, Member.state == MemberState.ACTIVE)
        .order_by(Member.id)
    )
    return sum(
        len(_add_people(session, event, part, added_by=added_by, now=now))
        for part in rows.partitions(AT_ONCE)
    )


def _add_people(
    session: Session,
    event: Event,
    people: Sequence[Row[int, str]],
    *,
    added_by: int | None,
    now: datetime,
) -> list[int]:
    rows = [guest_row(event, person_id, name, added_by, now) for person_id, name in people]
    return insert_new(session, Guest, rows, key=("event_id", "person_id"))


def guest_row(
    event: Event, person_id: int, name: str, added_by: int | None, now: datetime
) -> dict[str, object]:
    """A person of ours who has not answered, as columns of a Guest."""
    return {
        "event_id": event.id,
        "person_id": person_id,
        "first_name": name,
        "name_key": name_key(name),
        "is_child": False,
        "plus_ones": 0,
        "plus_one_names": [],
        "children": 0,
        "status": GuestStatus.INVITED,
        "added_by_id": added_by,
        "created_at": now,
        "updated_at": now,
    }
