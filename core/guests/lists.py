"""Whom an event's organisers see: the guests by status, side, inviter and name, ten a page."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, joinedload

from core.access import Actor, Permission, require
from core.errors import NotFound
from core.events import Event
from core.guests import Guest, GuestStatus
from core.guests.households import Household
from core.pages import Cursor, Page, turn_to
from core.people import Person
from core.people.name_words import is_called, words_of

PAGE_SIZE = 10
MOST_COUNTED = 1000
# Names are looked for one by one.
MOST_NAMED = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which guests are meant; None and blank are all. `by` is the name of who added them."""

    status: GuestStatus | None = None
    side: str | None = None
    household: str | None = None
    by: str | None = None
    text: str = ""

    def conditions(self, event: Event) -> list[ColumnElement[bool]]:
        # By a household, SQLite would still go through the whole list, since that is in order.
        here = Guest.event_id if self.household is None else Guest.event_id + 0
        found = [here == event.id, Guest.removed_at.is_(None)]
        if self.status is not None:
            found.append(Guest.status == self.status)
        if self.side is not None:
            found.append(func.lower(Guest.side) == self.side.lower())
        if self.household is not None:
            home = Household.event_id == event.id, Household.name == self.household
            found.append(Guest.household_id.in_(select(Household.id).where(*home)))
        if self.by is not None:
            called = is_called(self.by) or [Person.name == self.by]
            found.append(exists().where(Person.id == Guest.added_by_id, *called))
        return [*found, *_said(self.text)]


def list_guests(
    session: Session,
    actor: Actor,
    *,
    event: Event,
    wanted: Wanted | None = None,
    cursor: Cursor | None = None,
    size: int = PAGE_SIZE,
) -> Page[Guest]:
    """The event's guests in the order in which they were added. Raises Forbidden, NotFound."""
    require(session, actor, Permission.LIST_GUESTS, event.group)
    query = select(Guest).where(*(wanted or Wanted()).conditions(event))
    return turn_to(session, query, key=Guest.id, id_of=lambda row: row.id, cursor=cursor, size=size)


def count_wanted(
    session: Session, event: Event, wanted: Wanted, *, most: int = MOST_COUNTED
) -> int:
    """How many those are, counted no further than `most` and one."""
    counted = select(Guest.id).where(*wanted.conditions(event)).limit(most + 1)
    return session.scalars(select(func.count()).select_from(counted.subquery())).one()


def get_guest(session: Session, actor: Actor, *, event: Event, guest_id: int) -> Guest:
    """With household and person. Raises Forbidden, NotFound."""
    require(session, actor, Permission.LIST_GUESTS, event.group)
    guest = session.scalar(
        select(Guest)
        .where(Guest.id == guest_id, Guest.event_id == event.id, Guest.removed_at.is_(None))
        .options(joinedload(Guest.household), joinedload(Guest.person))
    )
    if guest is None:
        raise NotFound("guest_unknown")
    return guest


def _said(text: str) -> list[ColumnElement[bool]]:
    """By parts of words of the name, of the number, or of the address."""
    digits = "".join(sign for sign in text if sign.isdigit())
    if "@" in text:
        return [Guest.email.contains(text.strip().lower(), autoescape=True)]
    if len(digits) >= 4 and not any(sign.isalpha() for sign in text):
        return [Guest.phone_key.contains(digits.lstrip("0"), autoescape=True)]
    return [Guest.name_key.contains(word, autoescape=True) for word in words_of(text)]
