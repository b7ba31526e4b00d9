"""An answer to an event's question: yes, no, maybe, and with how many."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from core.errors import Conflict, Invalid
from core.events import Event
from core.facts.guests import GuestAnswered
from core.guests import Guest, GuestStatus
from core.guests.seats import first_in_line, seats_left, settle_seats, touch_cards
from core.outbox import record
from core.webhooks import list_listening


class Answer(StrEnum):
    YES = "yes"
    NO = "no"
    MAYBE = "maybe"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a guest says. `plus_ones` and `children` of None leave it at what they said before."""

    answer: Answer
    plus_ones: int | None = None
    children: int | None = None


def check_open(event: Event, guest: Guest, *, contact: str, now: datetime) -> None:
    """Raises Conflict when nobody may answer any more; whoever is offered seats still may."""
    if event.cancelled_at is not None:
        raise Conflict("event_off", event=event.group.name)
    if event.starts_at is not None and event.starts_at <= now:
        raise Conflict("event_begun", event=event.group.name)
    if event.deadline is not None and event.deadline <= now and guest.held_until is None:
        raise Conflict("rsvp_closed", event=event.group.name, contact=contact)


def is_open(event: Event, guest: Guest, *, now: datetime) -> bool:
    """Whether the guest may still answer."""
    try:
        check_open(event, guest, contact="", now=now)
    except Conflict:
        return False
    return True


def companions_allowed(event: Event, guest: Guest) -> int:
    return event.plus_ones if guest.may_bring is None else guest.may_bring


def take_answer(
    session: Session, event: Event, guest: Guest, wish: Wish, *, now: datetime
) -> GuestStatus:
    """Note the answer, under the event's lock; what becomes of it: a yes may have to wait.

    Raises Invalid for more companions than are allowed, Conflict for a guest who has seats and
    wants more than there are: they keep what they have.
    """
    settle_seats(session, event, now=now)
    wanted = _companions(event, guest, wish)
    children = guest.children if wish.children is None else wish.children
    match wish.answer:
        case Answer.YES:
            _say_yes(session, event, guest, wanted, children, now)
        case Answer.NO:
            _leave_seats(guest, GuestStatus.DECLINED)
            guest.plus_ones, guest.plus_one_names = 0, []
        case Answer.MAYBE:
            _leave_seats(guest, GuestStatus.MAYBE)
            guest.plus_ones, guest.children = wanted, children
    guest.answered_at = guest.updated_at = now
    settle_seats(session, event, now=now)
    touch_cards(event, now=now)
    _tell_outside(session, guest, now)
    return guest.status


def _tell_outside(session: Session, guest: Guest, now: datetime) -> None:
    """Only where a program listens: thousands may answer, and nobody else is told of each."""
    if list_listening(session, guest.event_id):
        fact = GuestAnswered(
            group_id=guest.event_id,
            guest_id=guest.id,
            status=guest.status.value,
            plus_ones=guest.plus_ones,
        )
        record(session, fact, now=now)


def _companions(event: Event, guest: Guest, wish: Wish) -> int:
    if wish.plus_ones is None:
        return guest.plus_ones
    most = companions_allowed(event, guest)
    if wish.plus_ones and not most:
        raise Invalid("no_companions", event=event.group.name)
    if not 0 <= wish.plus_ones <= most:
        raise Invalid("too_many_companions", most=most)
    return wish.plus_ones


def _say_yes(
    session: Session, event: Event, guest: Guest, wanted: int, children: int, now: datetime
) -> None:
    had = guest.party if guest.takes_seats else 0
    left = seats_left(session, event)
    party = 1 + wanted + children
    if left is None or party <= had or _may_take(session, event, guest, party - had, left):
        _seat(guest)
    elif event.capacity is not None and party > event.capacity:
        raise Conflict("party_too_large", event=event.group.name, count=event.capacity)
    elif guest.takes_seats:
        raise Conflict("no_seats_for_more", event=event.group.name, count=max(left, 0))
    else:
        guest.status = GuestStatus.WAITLISTED
        guest.waiting_since = guest.waiting_since or now
    guest.plus_ones, guest.children = wanted, children


def _may_take(session: Session, event: Event, guest: Guest, more: int, left: int) -> bool:
    """There are as many, and nobody else has waited for them."""
    if more > left:
        return False
    first = first_in_line(session, event)
    return first is None or first is guest


def _seat(guest: Guest) -> None:
    guest.status = GuestStatus.CONFIRMED
    guest.held_until = guest.waiting_since = None


def _leave_seats(guest: Guest, status: GuestStatus) -> None:
    guest.status = status
    guest.held_until = guest.waiting_since = None
