"""What an e-mail about an event brings along: its calendar file, and a link to answer by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.calendar_files import CONTENT_TYPE, Method, calendar_file
from bot.mail.server import Origin
from bot.notices import Enclosure
from core.events import find_event
from core.events.calendar_replies import reply_token
from core.guests.addresses import link_token
from core.invites.whom import EMAIL
from core.mail.mailboxes import Mailbox


@dataclass(frozen=True, slots=True)
class EventMail:
    """`token` opens the reader's own page; None for somebody who is on the list no more."""

    token: str | None
    enclosures: tuple[Enclosure, ...]


def event_mail(
    session: Session,
    event_id: int,
    *,
    mailbox: Mailbox,
    address: str,
    origin: Origin,
    now: datetime,
) -> EventMail | None:
    """For the reader at that address; a cancelled event takes itself out of their calendar."""
    event = find_event(session, event_id)
    if event is None:
        return None
    organizer = origin.organizer(reply_token(mailbox, event))
    off = event.cancelled_at is not None
    token = link_token(session, event_id, channel=EMAIL, address=address, now=now)
    if event.starts_at is None:
        return EventMail(token, ())
    method = Method.CANCEL if off else Method.REQUEST
    file = calendar_file(event, now=now, method=method, organizer=organizer, attendee=address)
    return EventMail(token, (Enclosure("event.ics", file, CONTENT_TYPE, method.value),))
