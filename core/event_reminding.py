"""Reminding guests by hand: seen first, then sent, and not again within the hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import Actor, Permission, require
from core.audit import note
from core.errors import Conflict, Limited, NotFound
from core.event_audience import count_people, list_names, list_people
from core.events import Event, lock_event
from core.facts.events import EventReminded
from core.groups import Group, Kind
from core.members import Reach, reach_of
from core.outbox import OutboxEvent, record

PAUSE = timedelta(hours=1)
MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Reminding:
    """Whom a reminder would go to: how many have not answered, the first by name, and how many of
    them can be written to.
    """

    event: Event
    guests: int
    reachable: int
    names: list[str]


def plan_reminding(session: Session, actor: Actor, *, group: Group, now: datetime) -> Reminding:
    """What `remind` would do. Raises NotFound, Forbidden, Limited within an hour of the last one,
    or Conflict where nobody is left to remind or the event is over or off.
    """
    require(session, actor, Permission.EDIT_EVENT, group)
    if group.kind is not Kind.EVENT:
        raise NotFound("not_an_event", group=group.name)
    event = lock_event(session, group.id)
    if event.cancelled_at is not None:
        raise Conflict("event_off", event=group.name)
    if event.starts_at is not None and event.starts_at <= now:
        raise Conflict("event_begun", event=group.name)
    people = list_people(session, event.id, "now")
    reach = reach_of(session, people)
    open_ = sum(one is Reach.OPEN for one in reach.values())
    guests = count_people(session, event.id, "now")
    if not guests:
        raise Conflict("all_answered", event=group.name)
    _check_pause(session, event, now)
    return Reminding(event, guests, open_, list_names(session, event.id, "now", limit=MOST_NAMED))


def remind(session: Session, actor: Actor, *, plan: Reminding, now: datetime) -> None:
    """Send what was planned in this unit of work."""
    event = plan.event
    record(session, EventReminded(group_id=event.id, kind="now"), now=now)
    note(session, actor, action="event.reminded", group=event.group, now=now, guests=plan.guests)


def _check_pause(session: Session, event: Event, now: datetime) -> None:
    last = session.scalar(
        select(func.max(OutboxEvent.created_at)).where(
            OutboxEvent.subject == f"event:{event.id}",
            OutboxEvent.event_type == EventReminded.event_type,
        )
    )
    if last is not None and now - last < PAUSE:
        wait = PAUSE - (now - last)
        raise Limited(
            "reminded_lately", event=event.group.name, retry_after_s=int(wait.total_seconds())
        )
