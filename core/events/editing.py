"""Changing an event: what is corrected goes unnoticed, what is changed is asked anew."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from core.access import Actor, Permission, require
from core.audit import note
from core.errors import Conflict, NotFound
from core.events import Event, find_event, lock_event
from core.events.making import add_event
from core.events.plans import EventPlan
from core.events.reminders import plan_reminders
from core.events.spots import Spot, metres_between
from core.events.telling import tell_guests
from core.facts.events import EventCancelled, EventChanged
from core.groups import Group, Kind, get_group
from core.guests import Guest, GuestStatus
from core.guests.seats import hold_until, release, seats_taken, settle_seats, touch_cards
from core.model import change
from core.people.name_words import words_of

# Two spellings that are so much alike, with the same figures, are one place.
SAME_PLACE = 0.8
# Another entrance of the same place; who is sent further has to think again.
SAME_SPOT_M = 250


@dataclass(frozen=True, slots=True)
class Edited:
    """`asks_again`: how many who had said yes are asked again, None where nothing real changed."""

    event: Event
    asks_again: int | None


def own_event(session: Session, actor: Actor, *, group: Group, zone: str) -> Event:
    """The group's event, for whoever runs it; one that was founded as a mere group gets its row.

    Raises NotFound, Forbidden, or Conflict in an archive.
    """
    require(session, actor, Permission.EDIT_EVENT, group)
    if group.kind is not Kind.EVENT:
        raise NotFound("not_an_event", group=group.name)
    found = find_event(session, group.id)
    return found or add_event(session, group, EventPlan(timezone=zone).checked())


def edit_event(
    session: Session, actor: Actor, *, event_id: int, changes: Mapping[str, object], now: datetime
) -> Edited:
    """Make the changes, which are named as in EventPlan. Who had said yes is asked again when date,
    time or place are others, and keeps their seats for as long as an offer lasts.

    Raises Invalid for what cannot be, Conflict for fewer seats than are taken or an event that is
    off, NotFound, Forbidden.
    """
    require(session, actor, Permission.EDIT_EVENT, get_group(session, event_id))
    event = lock_event(session, event_id)
    if event.cancelled_at is not None:
        raise Conflict("event_off", event=event.group.name)
    before = plan_of(event)
    after = replace(before, **changes)  # type: ignore[arg-type]
    columns = after.checked()
    _check_seats(session, event, after)
    for name, value in columns.items():
        setattr(event, name, value)
    again = _change_terms(session, event, now=now) if differs(before, after) else None
    if after != before:
        event.sequence += 1
        plan_reminders(session, event, now=now)
        settle_seats(session, event, now=now)
        touch_cards(event, now=now)
    note(
        session,
        actor,
        action="event.changed",
        group=event.group,
        now=now,
        what=sorted(changes),
        asks_again=again is not None,
    )
    return Edited(event, again)


def cancel_event(
    session: Session, actor: Actor, *, event_id: int, now: datetime, also: Sequence[int] = ()
) -> bool:
    """It does not take place. Everybody hears of it once: a second time changes nothing.

    `also`: word is given for these after it too. Raises NotFound, Forbidden.
    """
    require(session, actor, Permission.EDIT_EVENT, get_group(session, event_id))
    event = lock_event(session, event_id)
    if not call_off(session, event, now=now):
        return False
    note(session, actor, action="event.cancelled", group=event.group, now=now)
    fact = EventCancelled(group_id=event.id, following=bool(also), also=list(also))
    tell_guests(session, fact, audience="not_declined", now=now)
    return True


def call_off(session: Session, event: Event, *, now: datetime) -> bool:
    """Under the event's lock; whether it was still on."""
    if event.cancelled_at is not None:
        return False
    event.cancelled_at = now
    event.sequence += 1
    release(session, event)
    touch_cards(event, now=now)
    plan_reminders(session, event, now=now)
    return True


def plan_of(event: Event) -> EventPlan:
    """The event as its organisers said it."""
    said = {field.name: getattr(event, field.name) for field in fields(EventPlan)}
    return EventPlan(**{**said, "sides": tuple(event.sides)})


def differs(before: EventPlan, after: EventPlan) -> bool:
    """Whether somebody who said yes would have to think again."""
    if before.starts_at is None:
        return False
    if after.starts_at != before.starts_at or after.ends_at != before.ends_at:
        return True
    if bool(before.place) and not is_same_place(before.place or "", after.place or ""):
        return True
    old, new = _spot(before), _spot(after)
    return old is not None and new is not None and metres_between(old, new) > SAME_SPOT_M


def _spot(plan: EventPlan) -> Spot | None:
    if plan.latitude is None or plan.longitude is None:
        return None
    return Spot(plan.latitude, plan.longitude)


def is_same_place(one: str, other: str) -> bool:
    """Whether the two are one place, but for a slip of the pen. Another number is another place."""
    if re.findall(r"\d+", one) != re.findall(r"\d+", other):
        return False
    first, second = " ".join(words_of(one)), " ".join(words_of(other))
    return difflib.SequenceMatcher(None, first, second).ratio() >= SAME_PLACE


def _check_seats(session: Session, event: Event, after: EventPlan) -> None:
    if after.capacity is None or after.capacity == event.capacity:
        return
    taken = seats_taken(session, event.id)
    if after.capacity < taken:
        raise Conflict("fewer_seats_than_taken", count=taken)


def _change_terms(session: Session, event: Event, *, now: datetime) -> int:
    event.terms += 1
    event.terms_sequence = event.sequence + 1
    session.flush()
    said_yes = update(Guest).where(
        Guest.event_id == event.id,
        Guest.status == GuestStatus.CONFIRMED,
        Guest.removed_at.is_(None),
    )
    held = {"status": GuestStatus.INVITED, "held_until": hold_until(event, now)}
    again = change(session, said_yes.values(held))
    tell_guests(session, EventChanged(group_id=event.id), audience="held", now=now)
    return again
