"""Reminding guests by hand: seen first, then sent, and not again within the hour."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import Actor, Permission, require
from core.audit import note
from core.errors import Conflict, Limited, NotFound
from core.events import Event, lock_event
from core.events.audience import AUDIENCES, count_people, list_names
from core.facts.events import EventReminded
from core.groups import Group, Kind
from core.guests import Guest
from core.guests.ways import ways_to
from core.outbox import OutboxEvent, record

PAUSE = timedelta(hours=1)
MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Reminding:
    """Whom a reminder would go to: how many have not answered, the first by name, how many messages
    leave by which channel, and the first of those whom none of them reaches.
    """

    event: Event
    guests: int
    names: list[str]
    channels: dict[str, int]
    lost: int
    lost_names: list[str]

    @property
    def reachable(self) -> int:
        return self.guests - self.lost


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
    guests = count_people(session, event.id, "now")
    if not guests:
        raise Conflict("all_answered", event=group.name)
    _check_pause(session, event, now)
    ways = ways_to(session, event.id, AUDIENCES["now"])
    named = select(Guest).where(Guest.id.in_(ways.lost[:MOST_NAMED])).order_by(Guest.id)
    return Reminding(
        event,
        guests,
        names=list_names(session, event.id, "now", limit=MOST_NAMED),
        channels=dict(Counter(channel for channel, _ in ways.places)),
        lost=len(ways.lost),
        lost_names=[guest.name for guest in session.scalars(named)],
    )


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
