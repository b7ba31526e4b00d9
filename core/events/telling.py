"""Telling guests: what all of them hear, and what is said of those whom nothing reaches."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from core.chats import Chat
from core.chats.occupants import Occupant, Presence
from core.events.audience import AUDIENCES
from core.events.rooms import list_event_rooms
from core.facts.events import EventFact, GuestsUnreached
from core.guests import Guest
from core.guests.ways import Ways, ways_to
from core.outbox import record
from core.people import Identity


def tell_guests(
    session: Session,
    fact: EventFact,
    *,
    audience: str | None = None,
    guest_id: int | None = None,
    now: datetime,
) -> None:
    """Record the fact. Those who run the event hear of the guests of that audience, or of the one
    guest, whom it reaches in no way.
    """
    record(session, fact, now=now)
    lost = GuestsUnreached(
        group_id=fact.group_id, about=fact.event_type, audience=audience, guest_id=guest_id
    )
    record(session, lost, now=now)


def ways_beside_rooms(session: Session, event_id: int, *who: ColumnElement[bool]) -> Ways:
    """How these guests are written to, but for those who are in a room of the event."""
    return ways_to(session, event_id, *who, there=_present(session, event_id))


def list_unreached(session: Session, fact: GuestsUnreached) -> list[Guest]:
    """Those whom nothing reaches, in the order of the list. Where there is a room, who has an
    account is taken to be in it: not every platform tells who is.
    """
    who = Guest.id == fact.guest_id if fact.audience is None else AUDIENCES[fact.audience]
    rooms = _speakable(session, fact.group_id)
    beside = [Guest.person_id.is_(None)] if rooms else []
    lost = ways_beside_rooms(session, fact.group_id, who, *beside).lost
    return list(session.scalars(select(Guest).where(Guest.id.in_(lost)).order_by(Guest.id)))


def _speakable(session: Session, event_id: int) -> list[Chat]:
    return [chat for chat in list_event_rooms(session, event_id) if not chat.is_silent]


def _present(session: Session, event_id: int) -> set[int]:
    """The persons who are in one of the event's rooms, as the platforms last told."""
    rooms = [chat.id for chat in _speakable(session, event_id)]
    seen = (
        select(Identity.person_id)
        .join(Occupant, Occupant.identity_id == Identity.id)
        .where(Occupant.chat_id.in_(rooms), Occupant.presence == Presence.IN)
    )
    return set(session.scalars(seen))
