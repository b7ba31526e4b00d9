"""What organisers do to guests: change what stands there, take them off the list, many at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from core.access import Actor, Permission, require
from core.audit import note
from core.errors import Conflict, NotFound
from core.events import Event, lock_event
from core.guests import Guest
from core.guests.changes import GuestChange, keep_change, look_at
from core.guests.fields import key_for, settle_columns
from core.guests.lists import Wanted
from core.guests.reseating import SEATING, reseat
from core.guests.seats import settle_seats, touch_cards

MOST_AT_ONCE = 500
ACTIONS = {
    ("edited", False): "guest.edited",
    ("edited", True): "guests.edited",
    ("removed", False): "guest.removed",
    ("removed", True): "guests.removed",
}


def edit_guest(
    session: Session,
    actor: Actor,
    *,
    event_id: int,
    guest_id: int,
    columns: Mapping[str, object],
    now: datetime,
) -> tuple[Guest, GuestChange | None]:
    """Change what the `columns` say, as `read_fields` makes them. Without a difference there is no
    change. Raises Forbidden, NotFound, Invalid, Conflict when there are no seats.
    """
    event = lock_for_guests(session, actor, event_id)
    guest = _lock_one(session, event, guest_id)
    change = _edit(session, actor, event, [guest], columns, now=now)
    return guest, change


def edit_guests(
    session: Session,
    actor: Actor,
    *,
    event_id: int,
    wanted: Wanted,
    columns: Mapping[str, object],
    now: datetime,
) -> tuple[int, GuestChange | None]:
    """The same for all who are meant, all or nobody: how many those are. Raises as `edit_guest`
    does, and Conflict for more than MOST_AT_ONCE.
    """
    event = lock_for_guests(session, actor, event_id)
    guests = _several(session, event, wanted)
    return len(guests), _edit(session, actor, event, guests, columns, now=now)


def remove_guest(
    session: Session, actor: Actor, *, event_id: int, guest_id: int, now: datetime
) -> tuple[Guest, GuestChange | None]:
    """Take one guest off the list; their seats go to who waits. Raises as `edit_guest` does."""
    event = lock_for_guests(session, actor, event_id)
    guest = _lock_one(session, event, guest_id)
    return guest, _remove(session, actor, event, [guest], now=now)


def remove_guests(
    session: Session, actor: Actor, *, event_id: int, wanted: Wanted, now: datetime
) -> tuple[int, GuestChange | None]:
    """The same for all who are meant. Raises as `edit_guests` does."""
    event = lock_for_guests(session, actor, event_id)
    guests = _several(session, event, wanted)
    return len(guests), _remove(session, actor, event, guests, now=now)


def lock_for_guests(session: Session, actor: Actor, event_id: int) -> Event:
    """The event, for whoever may change its list. Raises Forbidden, NotFound."""
    event = lock_event(session, event_id)
    require(session, actor, Permission.EDIT_GUESTS, event.group)
    return event


def put(
    session: Session, event: Event, guest: Guest, columns: Mapping[str, Any], *, now: datetime
) -> None:
    """Write the columns into the row, under the event's lock. Raises Conflict without seats."""
    for name, value in columns.items():
        if name not in SEATING:
            setattr(guest, name, value)
    guest.name_key = key_for(guest.first_name, guest.last_name)
    guest.updated_at = now
    seating = {name: columns[name] for name in SEATING if name in columns}
    if any(getattr(guest, name) != value for name, value in seating.items()):
        reseat(session, event, guest, seating, now=now)


def _edit(
    session: Session,
    actor: Actor,
    event: Event,
    guests: Sequence[Guest],
    columns: Mapping[str, object],
    *,
    now: datetime,
) -> GuestChange | None:
    settled = settle_columns(session, event, columns)
    seen = look_at(guests)
    for guest in guests:
        put(session, event, guest, settled, now=now)
    change = keep_change(session, actor, event=event, action="edited", seen=seen, now=now)
    return _kept(session, actor, event, change, guests, now=now)


def _remove(
    session: Session, actor: Actor, event: Event, guests: Sequence[Guest], *, now: datetime
) -> GuestChange | None:
    seen = look_at(guests)
    for guest in guests:
        guest.removed_at = guest.updated_at = now
        guest.held_until = None
    change = keep_change(session, actor, event=event, action="removed", seen=seen, now=now)
    settle_seats(session, event, now=now)
    return _kept(session, actor, event, change, guests, now=now)


def _kept(
    session: Session,
    actor: Actor,
    event: Event,
    change: GuestChange | None,
    guests: Sequence[Guest],
    *,
    now: datetime,
) -> GuestChange | None:
    if change is None:
        return None
    touch_cards(event, now=now)
    several = len(guests) > 1
    note(
        session,
        actor,
        action=ACTIONS[change.action, several],
        group=event.group,
        now=now,
        subject=change.public_id if several else f"guest:{guests[0].id}",
        count=len(guests),
    )
    return change


def _lock_one(session: Session, event: Event, guest_id: int) -> Guest:
    found = _locked(session, event, [Guest.id == guest_id])
    if not found:
        raise NotFound("guest_unknown")
    return found[0]


def _several(session: Session, event: Event, wanted: Wanted) -> list[Guest]:
    guests = _locked(session, event, wanted.conditions(event))
    if not guests:
        raise NotFound("guest_unknown")
    if len(guests) > MOST_AT_ONCE:
        raise Conflict("too_many_guests_at_once", most=MOST_AT_ONCE)
    return guests


def _locked(session: Session, event: Event, conditions: Sequence[Any]) -> list[Guest]:
    query = (
        select(Guest)
        .where(Guest.event_id == event.id, Guest.removed_at.is_(None), *conditions)
        .options(joinedload(Guest.household))
        .order_by(Guest.id)
        .limit(MOST_AT_ONCE + 1)
        .with_for_update(of=Guest)
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(query))
