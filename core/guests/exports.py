"""The whole list of an event, as rows of a table that `/import` reads back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from core.access import Actor, Permission, require
from core.audit import note
from core.errors import Conflict
from core.events import Event
from core.guests import Guest
from core.guests.lists import Wanted
from core.people import Person

MOST_EXPORTED = 100_000
AT_ONCE = 1000
COLUMNS = (
    "First name",
    "Last name",
    "Phone",
    "Email",
    "Side",
    "Household",
    "Plus one",
    "Children",
    "RSVP",
    "Table",
    "Diet",
    "Notes",
    "Added by",
    "Answered at (UTC)",
)


def export_guests(
    session: Session, actor: Actor, *, event: Event, wanted: Wanted, now: datetime
) -> list[tuple[str, ...]]:
    """A row for each guest who is meant, in the order of COLUMNS. Raises Forbidden, NotFound, and
    Conflict for more than MOST_EXPORTED.
    """
    require(session, actor, Permission.EDIT_GUESTS, event.group)
    rows = list(_rows(session, event, wanted))
    if len(rows) > MOST_EXPORTED:
        raise Conflict("too_many_guests_at_once", most=MOST_EXPORTED)
    subject = f"count:{len(rows)}"
    note(session, actor, action="guests.exported", group=event.group, now=now, subject=subject)
    return rows


def _rows(session: Session, event: Event, wanted: Wanted) -> Iterator[tuple[str, ...]]:
    adders: dict[int, str] = {}
    query = (
        select(Guest)
        .where(*wanted.conditions(event))
        .options(joinedload(Guest.household))
        .order_by(Guest.id)
        .limit(MOST_EXPORTED + 1)
        .execution_options(yield_per=AT_ONCE)
    )
    for guest in session.scalars(query):
        if guest.added_by_id is not None and guest.added_by_id not in adders:
            person = session.get(Person, guest.added_by_id)
            adders[guest.added_by_id] = person.name if person else ""
        yield _row(guest, adders.get(guest.added_by_id or 0, ""))


def _row(guest: Guest, adder: str) -> tuple[str, ...]:
    named = len(guest.plus_one_names) == guest.plus_ones
    companions = "; ".join(guest.plus_one_names) if named else str(guest.plus_ones)
    return (
        guest.first_name,
        guest.last_name or "",
        guest.phone or "",
        guest.email or "",
        guest.side or "",
        guest.household.name if guest.household else "",
        companions or "0",
        str(guest.children),
        guest.status.value,
        guest.seating or "",
        guest.diet or "",
        guest.notes or "",
        adder,
        guest.answered_at.strftime("%Y-%m-%d %H:%M") if guest.answered_at else "",
    )
