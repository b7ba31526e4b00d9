"""What an e-mail about an event brings along: its calendar file, and a link to answer by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.calendar_files import CONTENT_TYPE, Method, calendar_file
from bot.notices import Enclosure
from core.events import find_event
from core.guests import Guest
from core.people import find_identity
from core.self_service import make_guest_link
from core.whom import EMAIL


@dataclass(frozen=True, slots=True)
class EventMail:
    """`token` opens the reader's own page; None for somebody who is on the list no more."""

    token: str | None
    enclosures: tuple[Enclosure, ...]


def event_mail(
    session: Session, event_id: int, *, address: str, organizer: str, now: datetime
) -> EventMail | None:
    """For the reader at that address; a cancelled event takes itself out of their calendar."""
    event = find_event(session, event_id)
    if event is None:
        return None
    guest = _guest_at(session, event_id, address)
    off = event.cancelled_at is not None
    token = make_guest_link(session, guest, now=now) if guest is not None and not off else None
    if event.starts_at is None:
        return EventMail(token, ())
    method = Method.CANCEL if off else Method.REQUEST
    file = calendar_file(event, now=now, method=method, organizer=organizer, attendee=address)
    return EventMail(token, (Enclosure("event.ics", file, CONTENT_TYPE, method.value),))


def _guest_at(session: Session, event_id: int, address: str) -> Guest | None:
    known = find_identity(session, platform=EMAIL, address=address)
    theirs = Guest.email == address
    if known is not None:
        theirs = or_(theirs, Guest.person_id == known.person_id)
    query = select(Guest).where(Guest.event_id == event_id, theirs, Guest.removed_at.is_(None))
    return session.scalar(query.order_by(Guest.id).limit(1))
