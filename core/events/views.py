"""What an event looks like to its people: how many come, who, and what the reader said."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.events import Event
from core.guests import Guest, GuestStatus
from core.pages import Cursor, Page, turn_to

MOST_NAMED = 50
PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Count:
    """Rows of one status, and how many heads those are with all who come along."""

    guests: int = 0
    heads: int = 0


@dataclass(frozen=True, slots=True)
class EventView:
    """`names` are those of the guests who have answered, by status; empty when they are hidden or
    too many. `asks_for_others`: whether some guests stand together in a household.
    """

    event: Event
    counts: dict[GuestStatus, Count]
    names: dict[GuestStatus, list[tuple[str, int]]]
    asks_for_others: bool

    def count(self, status: GuestStatus) -> Count:
        return self.counts.get(status, Count())

    def is_long(self, *, fits: bool) -> bool:
        """Whether there are names that the card can't show."""
        answered = any(s is not GuestStatus.INVITED for s in self.counts)
        return answered and not (self.names and fits)


def view_event(session: Session, event: Event) -> EventView:
    """What the event's card shows. Four queries at most, however many guests there are."""
    counts = count_guests(session, event.id)
    answered = sum(c.guests for s, c in counts.items() if s is not GuestStatus.INVITED)
    named = event.list_visible and 0 < answered <= MOST_NAMED
    return EventView(
        event=event,
        counts=counts,
        names=_names(session, event.id) if named else {},
        asks_for_others=_has_households(session, event.id),
    )


def count_guests(session: Session, event_id: int) -> dict[GuestStatus, Count]:
    party = 1 + Guest.plus_ones + Guest.children
    rows = session.execute(
        select(Guest.status, func.count(), func.sum(party))
        .where(Guest.event_id == event_id, Guest.removed_at.is_(None))
        .group_by(Guest.status)
    )
    return {status: Count(guests, int(heads)) for status, guests, heads in rows}


def list_answers(session: Session, event: Event, *, cursor: Cursor | None) -> Page[Guest]:
    """Who has answered, in the order of the list, fifty a page."""
    query = select(Guest).where(
        Guest.event_id == event.id,
        Guest.removed_at.is_(None),
        Guest.status != GuestStatus.INVITED,
    )
    return turn_to(
        session, query, key=Guest.id, id_of=lambda row: row.id, cursor=cursor, size=PAGE_SIZE
    )


def _names(session: Session, event_id: int) -> dict[GuestStatus, list[tuple[str, int]]]:
    rows = session.scalars(
        select(Guest)
        .where(
            Guest.event_id == event_id,
            Guest.removed_at.is_(None),
            Guest.status != GuestStatus.INVITED,
        )
        .order_by(Guest.waiting_since, Guest.answered_at, Guest.id)
        .limit(MOST_NAMED)
    )
    names: dict[GuestStatus, list[tuple[str, int]]] = {}
    for guest in rows:
        names.setdefault(guest.status, []).append((guest.name, guest.party - 1))
    return names


def _has_households(session: Session, event_id: int) -> bool:
    together = Guest.event_id == event_id, Guest.household_id.is_not(None)
    return session.scalar(select(Guest.id).where(*together).limit(1)) is not None
