"""An organiser says how a guest stands: the same seats, whoever says it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from core.events import Event
from core.guests import Guest, GuestStatus
from core.guests.rsvp import Answer, Wish, companions_allowed, take_answer
from core.guests.seats import settle_seats

SEATING = ("status", "plus_ones", "children")
ANSWERS = {
    GuestStatus.CONFIRMED: Answer.YES,
    GuestStatus.DECLINED: Answer.NO,
    GuestStatus.MAYBE: Answer.MAYBE,
}


def reseat(
    session: Session, event: Event, guest: Guest, seating: Mapping[str, Any], *, now: datetime
) -> None:
    """Under the event's lock. Who is said to come may have to wait, as after an answer of their
    own; an organiser may allow more companions than the event does.

    Raises Conflict when a guest who has seats needs more than there are.
    """
    status = seating.get("status", guest.status)
    plus_ones = seating.get("plus_ones", guest.plus_ones)
    children = seating.get("children", guest.children)
    if plus_ones > companions_allowed(event, guest):
        guest.may_bring = plus_ones
    answer = ANSWERS.get(status)
    if answer is not None:
        wish = Wish(answer, None if answer is Answer.NO else plus_ones, children)
        take_answer(session, event, guest, wish, now=now)
        return
    guest.status, guest.plus_ones, guest.children = status, plus_ones, children
    guest.held_until = None
    guest.waiting_since = (guest.waiting_since or now) if status is GuestStatus.WAITLISTED else None
    guest.answered_at = guest.answered_at if status is GuestStatus.WAITLISTED else None
    settle_seats(session, event, now=now)
