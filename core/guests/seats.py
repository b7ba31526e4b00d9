"""Seats: who has them, who waits for them, and in which order they are offered.

Whoever takes or frees seats holds the event's lock (`core.events.lock_event`): what is counted here
stays true until the unit ends. Never more are taken and held than there are, but for what an
organiser takes away from under them.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from core.events import Event, lock_event
from core.events.telling import tell_guests
from core.facts.events import SeatLapsed, SeatOffered
from core.guests import Guest, GuestStatus
from core.outbox import record

# Telegram takes 20 messages a minute into a room, edits among them: some are left for others.
CARD_PAUSE = timedelta(seconds=4)
_PARTY = 1 + Guest.plus_ones + Guest.children
_TAKES = Guest.removed_at.is_(None) & (
    (Guest.status == GuestStatus.CONFIRMED) | Guest.held_until.is_not(None)
)


def seats_taken(session: Session, event_id: int) -> int:
    """How many are taken or held, companions among them."""
    taken = select(func.coalesce(func.sum(case((_TAKES, _PARTY), else_=0)), 0))
    return int(session.scalars(taken.where(Guest.event_id == event_id)).one())


def seats_left(session: Session, event: Event) -> int | None:
    """None is: as many as one likes. Below 0 when an organiser made the room smaller."""
    if event.capacity is None:
        return None
    return event.capacity - seats_taken(session, event.id)


def first_in_line(session: Session, event: Event) -> Guest | None:
    """Who has waited longest and was not offered seats yet, of those who could ever fit."""
    waiting = select(Guest).where(
        Guest.event_id == event.id,
        Guest.status == GuestStatus.WAITLISTED,
        Guest.held_until.is_(None),
        Guest.removed_at.is_(None),
    )
    if event.capacity is not None:
        waiting = waiting.where(event.capacity >= _PARTY)
    return session.scalar(waiting.order_by(Guest.waiting_since, Guest.id).limit(1))


def settle_seats(session: Session, event: Event, *, now: datetime) -> None:
    """Free what was held too long, and offer what is free in the order of the waitlist.

    A party that does not fit yet is not overtaken by a smaller one: it would wait for ever.
    """
    session.flush()
    _end_offers(session, event, now)
    if event.cancelled_at is not None or _is_over(event, now):
        return
    left = seats_left(session, event)
    while (guest := first_in_line(session, event)) is not None:
        if left is not None and guest.party > left:
            return
        left = None if left is None else left - guest.party
        guest.held_until = hold_until(event, now)
        offer = SeatOffered(group_id=event.id, guest_id=guest.id)
        tell_guests(session, offer, guest_id=guest.id, now=now)
        session.flush()


def expire_offers(session: Session, *, now: datetime) -> bool:
    """Settle the event whose offer ran out longest ago. False when none did."""
    overdue = select(Guest.event_id).where(Guest.held_until <= now).order_by(Guest.held_until)
    event_id = session.scalar(overdue.limit(1))
    if event_id is None:
        return False
    event = lock_event(session, event_id)
    settle_seats(session, event, now=now)
    touch_cards(event, now=now)
    return True


def touch_cards(event: Event, *, now: datetime) -> None:
    """What the cards show is out of date: they are drawn anew, but not for each answer."""
    if event.card_told_at is not None and event.card_due_at is None:
        event.card_due_at = max(now, event.card_told_at + CARD_PAUSE)


def hold_until(event: Event, now: datetime) -> datetime:
    """Until when seats are held from now on: never past the event's beginning."""
    end = now + timedelta(hours=event.offer_hours)
    return min(end, event.starts_at) if event.starts_at is not None else end


def release(session: Session, event: Event) -> None:
    """Nothing is held any more, as the event is off."""
    for guest in _held(session, event.id):
        guest.held_until = None


def _end_offers(session: Session, event: Event, now: datetime) -> None:
    for guest in _held(session, event.id):
        if guest.held_until is None or guest.held_until > now:
            continue
        guest.held_until = guest.waiting_since = None
        guest.status, guest.updated_at = GuestStatus.INVITED, now
        record(session, SeatLapsed(group_id=event.id, guest_id=guest.id), now=now)
    session.flush()


def _held(session: Session, event_id: int) -> list[Guest]:
    """Few are held, of all events: the sum keeps SQLite from going through the list instead."""
    query = select(Guest).where(Guest.event_id + 0 == event_id, Guest.held_until.is_not(None))
    return sorted(session.scalars(query), key=lambda guest: guest.id)


def _is_over(event: Event, now: datetime) -> bool:
    return event.starts_at is not None and event.starts_at <= now
