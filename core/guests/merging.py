"""Merging two rows of one guest into the older, which can be undone for a month."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from core.access import Actor
from core.audit import note
from core.errors import Conflict, NotFound
from core.events import Event
from core.guests import Guest, GuestStatus
from core.guests.changes import GuestChange, keep_change, look_at
from core.guests.editing import lock_for_guests
from core.guests.seats import seats_left, settle_seats, touch_cards
from core.people.selves import current_self

# Of two answers the one that means more seats or more certainty counts.
WEIGHT = {
    GuestStatus.INVITED: 0,
    GuestStatus.MAYBE: 1,
    GuestStatus.DECLINED: 2,
    GuestStatus.WAITLISTED: 3,
    GuestStatus.CONFIRMED: 4,
}
FILLED = ("phone", "phone_key", "email", "side", "household_id", "diet", "seating", "last_name")


def merge_guests(
    session: Session, actor: Actor, *, event_id: int, low_id: int, high_id: int, now: datetime
) -> tuple[Guest, GuestChange]:
    """One of two: what the older row lacks comes from the newer, which leaves the list. The party
    of the one who has answered counts, never both. Raises Forbidden, NotFound, and Conflict for two
    accounts, or where the one would need more seats than there are.
    """
    event = lock_for_guests(session, actor, event_id)
    kept, gone = _both(session, event, low_id, high_id)
    seen = look_at([kept, gone])
    person_id = _whose(session, kept, gone)
    combine(kept, gone, now=now)
    if kept.person_id != person_id:
        gone.person_id = None
        session.flush()  # of one event a person has one row
        kept.person_id = person_id
    session.flush()
    left = seats_left(session, event)
    if left is not None and left < 0:
        raise Conflict("no_seats_to_undo", event=event.group.name)
    change = keep_change(session, actor, event=event, action="merged", seen=seen, now=now)
    assert change is not None, "one of the two has left the list"
    settle_seats(session, event, now=now)
    touch_cards(event, now=now)
    subject = f"guest:{kept.id}"
    note(session, actor, action="guests.merged", group=event.group, now=now, subject=subject)
    return kept, change


def combine(kept: Guest, gone: Guest, *, now: datetime) -> None:
    """What `kept` lacks comes from `gone`, which leaves the list; the surer answer counts."""
    _fill(kept, gone)
    _combine_answers(kept, gone)
    gone.removed_at = gone.updated_at = kept.updated_at = now
    gone.held_until = None


def _whose(session: Session, kept: Guest, gone: Guest) -> int | None:
    """Whose the one row is: two accounts are two guests, unless they were linked since."""
    found = [one.person_id for one in (kept, gone) if one.person_id is not None]
    selves = {one.id for one in (current_self(session, id_) for id_ in found) if one is not None}
    if len(selves) > 1:
        raise Conflict("guests_are_two", guest=kept.name, other=gone.name)
    return next(iter(selves), None)


def _both(session: Session, event: Event, low_id: int, high_id: int) -> tuple[Guest, Guest]:
    query = (
        select(Guest)
        .where(
            Guest.id.in_([low_id, high_id]),
            Guest.event_id == event.id,
            Guest.removed_at.is_(None),
        )
        .options(joinedload(Guest.household))
        .order_by(Guest.id)
        .with_for_update(of=Guest)
        .execution_options(populate_existing=True)
    )
    found = session.scalars(query).all()
    if len(found) != 2:
        raise NotFound("guest_unknown")
    return found[0], found[1]


def _fill(kept: Guest, gone: Guest) -> None:
    for name in FILLED:
        if getattr(kept, name) is None and (name != "last_name" or _is_longer(kept, gone)):
            setattr(kept, name, getattr(gone, name))
    kept.name_key = gone.name_key if len(gone.name_key) > len(kept.name_key) else kept.name_key
    notes = list(dict.fromkeys(filter(None, (kept.notes, gone.notes))))
    kept.notes = "; ".join(notes)[:1000] or None


def _is_longer(kept: Guest, gone: Guest) -> bool:
    return gone.first_name == kept.first_name


def _combine_answers(kept: Guest, gone: Guest) -> None:
    """By the surer answer, with its party."""
    if WEIGHT[gone.status] <= WEIGHT[kept.status]:
        return
    answer: dict[str, Any] = {
        name: getattr(gone, name)
        for name in (
            "status",
            "plus_ones",
            "plus_one_names",
            "children",
            "may_bring",
            "answered_at",
            "waiting_since",
        )
    }
    for name, value in answer.items():
        setattr(kept, name, value)
    kept.held_until = None
