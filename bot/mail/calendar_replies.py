"""Calendars' answers as they come by mail (RFC 5546, 3.2.3; RFC 6047), from whichever program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import icalendar

from core.contacts.emails import read_email
from core.errors import CoreError
from core.events.calendar_replies import TOKEN_LETTERS, CalendarReply
from core.guests.rsvp import Answer

LARGEST = 10 * 1024 * 1024
LARGEST_PART = 256 * 1024
KINDS = frozenset({"text/calendar", "application/ics"})
# By what mail servers say whom it was for; the headers that people see may say less.
TO = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")
TOKEN = re.compile(rf"\+([a-z2-7]{{{TOKEN_LETTERS}}})@")
MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")
ANSWERS = {"ACCEPTED": Answer.YES, "DECLINED": Answer.NO, "TENTATIVE": Answer.MAYBE}
MOST_SEQUENCE = 2**31


def read_reply(content: bytes) -> CalendarReply | None:
    """None for what is no answer of one person about one event."""
    mail = message_from_bytes(content[:LARGEST], policy=default)
    for calendar in _calendars(mail):
        if str(calendar.get("method", "")).upper() != "REPLY":
            continue
        entries = calendar.walk("VEVENT")
        if len(entries) == 1 and (found := _read(entries[0], mail)) is not None:
            return found
    return None


def _calendars(mail: EmailMessage) -> Iterator[Any]:
    for part in mail.walk():
        if part.get_content_type() not in KINDS:
            continue
        payload: Any = part.get_payload(decode=True)
        if not payload or len(payload) > LARGEST_PART:
            continue
        charset = part.get_content_charset() or "utf-8"
        with suppress(ValueError, LookupError, KeyError, IndexError, TypeError):
            yield icalendar.Calendar.from_ical(payload.decode(charset, "replace"))


def _read(entry: Any, mail: EmailMessage) -> CalendarReply | None:
    attendees = entry.get("attendee", [])
    attendees = attendees if isinstance(attendees, list) else [attendees]
    if len(attendees) != 1 or "uid" not in entry:
        return None
    params = getattr(attendees[0], "params", {})
    answer = ANSWERS.get(str(params.get("PARTSTAT", "")).upper())
    address = _address(str(attendees[0]))
    if answer is None or address is None:
        return None
    where = " ".join([*_headers(mail, TO), str(entry.get("organizer", ""))])
    answered = " ".join(_headers(mail, ("In-Reply-To", "References")))
    return CalendarReply(
        uid=str(entry["uid"]).strip(),
        sequence=_sequence(entry),
        said_at=_said_at(entry),
        attendee=address,
        answer=answer,
        tokens=frozenset(TOKEN.findall(where.lower())),
        message_ids=frozenset(MESSAGE_ID.findall(answered)),
    )


def _headers(mail: EmailMessage, names: tuple[str, ...]) -> list[str]:
    found: list[str] = []
    for name in names:
        with suppress(ValueError, IndexError, AttributeError):  # a header that nobody can read
            found += map(str, mail.get_all(name, []))
    return found


def _address(value: str) -> str | None:
    scheme, _, address = value.partition(":")
    if scheme.casefold() != "mailto":
        return None
    try:
        return read_email(address)
    except CoreError:
        return None


def _sequence(entry: Any) -> int:
    """0 where there is none (RFC 5545, 3.8.7.4)."""
    try:
        return min(max(int(entry.get("sequence", 0)), 0), MOST_SEQUENCE)
    except (ValueError, TypeError):
        return 0


def _said_at(entry: Any) -> datetime | None:
    moment = getattr(entry.get("dtstamp"), "dt", None)
    if not isinstance(moment, datetime):
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
