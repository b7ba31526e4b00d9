"""An answer that somebody's calendar sent back by e-mail (RFC 5546, REPLY).

Mail proves nothing by itself: the sender of one can be anybody. An answer counts when it comes to
an address that only the mail to that one reader named, or answers that very mail.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.deliveries import Delivery
from core.errors import Conflict
from core.events import Event, lock_event
from core.facts.events import CalendarAnswered
from core.guests import Guest, GuestStatus
from core.guests.addresses import guest_at
from core.guests.answering import contact_of
from core.guests.rsvp import Answer, Wish, check_open, take_answer
from core.invites.whom import EMAIL
from core.mail.mailboxes import Mailbox, digest_of
from core.outbox import OutboxEvent, record

TOKEN_LETTERS = 26  # 130 bits
UID_END = "@usher"
FULL = "waitlisted"


class Fate(StrEnum):
    """What became of an answer. None but the last two changed or told anything."""

    UNKNOWN = "unknown"
    UNPROVEN = "unproven"
    OUTDATED = "outdated"
    TAKEN = "taken"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class CalendarReply:
    """`uid` and `sequence` as our file had them; `said_at` is the reply's DTSTAMP. `attendee` is in
    the form of `read_email`. `tokens` are those of the addresses it came to, `message_ids` those of
    the mails that it answers.
    """

    uid: str
    sequence: int
    said_at: datetime | None
    attendee: str
    answer: Answer
    tokens: frozenset[str] = frozenset()
    message_ids: frozenset[str] = frozenset()


def reply_token(mailbox: Mailbox, event: Event) -> str:
    """What stands in the address to which this mailbox's calendar answers, always the same: a
    calendar takes an event whose organiser is another for another event.
    """
    secret = f"rsvp:{mailbox.token}:{event.uid}".encode()
    letters = base64.b32encode(hashlib.sha256(secret).digest()).decode()
    return letters[:TOKEN_LETTERS].lower()


def take_reply(session: Session, reply: CalendarReply, *, now: datetime) -> Fate:
    """The answer of a guest who has, or of somebody's household by who has, that mailbox.

    One about a date, time or place that are others by now is left alone, as is one from before
    their latest answer. Of one that can't be had they are told by mail.
    """
    event = _event_of(session, reply.uid)
    mailbox = session.scalar(select(Mailbox).where(Mailbox.digest == digest_of(reply.attendee)))
    if event is None or mailbox is None:
        return Fate.UNKNOWN
    if not _is_proven(session, event, mailbox, reply):
        return Fate.UNPROVEN
    guest = guest_at(session, event.id, channel=EMAIL, address=reply.attendee)
    if guest is None:
        return Fate.UNKNOWN
    session.refresh(guest)
    if reply.sequence < event.terms_sequence or _is_older(reply, guest):
        return Fate.OUTDATED
    return _answer(session, event, guest, reply, now)


def _event_of(session: Session, uid: str) -> Event | None:
    ours = uid.removesuffix(UID_END) if uid.endswith(UID_END) else ""
    number = session.scalar(select(Event.id).where(Event.uid == ours)) if ours else None
    return lock_event(session, number) if number is not None else None


def _is_proven(session: Session, event: Event, mailbox: Mailbox, reply: CalendarReply) -> bool:
    wanted = reply_token(mailbox, event).encode()
    if any(hmac.compare_digest(wanted, given.encode()) for given in reply.tokens):
        return True
    return _answers_ours(session, event, reply.attendee, reply.message_ids)


def _answers_ours(
    session: Session, event: Event, attendee: str, message_ids: Collection[str]
) -> bool:
    """Whether one of these went to that address, about this event: it can't be guessed."""
    query = select(Delivery.id).join(OutboxEvent, OutboxEvent.id == Delivery.outbox_id)
    ours = Delivery.channel == EMAIL, Delivery.address == attendee
    about = OutboxEvent.group_id == event.id, Delivery.provider_id.in_(message_ids)
    return session.scalar(query.where(*ours, *about).limit(1)) is not None


def _is_older(reply: CalendarReply, guest: Guest) -> bool:
    if reply.said_at is None or guest.answered_at is None:
        return False
    return reply.said_at < guest.answered_at.replace(microsecond=0)


def _answer(
    session: Session, event: Event, guest: Guest, reply: CalendarReply, now: datetime
) -> Fate:
    contact = contact_of(session, event)
    try:
        with session.begin_nested():
            check_open(event, guest, contact=contact, now=now)
            status = take_answer(session, event, guest, Wish(reply.answer), now=now)
    except Conflict as refusal:
        fields = {name: str(value) for name, value in refusal.fields.items()}
        _tell(session, event, guest, reply.attendee, refusal.code, fields, now)
        return Fate.REFUSED
    if status is GuestStatus.WAITLISTED:
        _tell(session, event, guest, reply.attendee, FULL, {}, now)
    return Fate.TAKEN


def _tell(
    session: Session,
    event: Event,
    guest: Guest,
    attendee: str,
    code: str,
    fields: dict[str, str],
    now: datetime,
) -> None:
    fact = CalendarAnswered(
        group_id=event.id, guest_id=guest.id, address=attendee, code=code, fields=fields
    )
    record(session, fact, now=now)
