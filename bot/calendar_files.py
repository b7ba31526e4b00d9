"""An event as a calendar file (RFC 5545, RFC 5546): published, asked, changed, or called off."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

import icalendar

from core.events import Event

PRODUCT = "-//Usher//Events//EN"
CONTENT_TYPE = "text/calendar"


class Method(StrEnum):
    """What a calendar is to do with the file (RFC 5546): show it, ask for an answer, drop it."""

    PUBLISH = "PUBLISH"
    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


def calendar_file(
    event: Event,
    *,
    now: datetime,
    method: Method = Method.PUBLISH,
    organizer: str | None = None,
    attendee: str | None = None,
) -> bytes:
    """The file, UTF-8. Its UID never changes and its SEQUENCE grows with each change, so that a
    calendar replaces what it had. `organizer` and `attendee` are e-mail addresses, which a REQUEST
    and a CANCEL need. An event without a date has no file: raises ValueError.
    """
    if event.starts_at is None:
        raise ValueError("an event without a date stands in no calendar")
    if event.cancelled_at is not None and method is not Method.PUBLISH:
        method = Method.CANCEL
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method.value)
    entry = _entry(event, now)
    if organizer is not None:
        entry["organizer"] = icalendar.vCalAddress(f"mailto:{organizer}")
    if attendee is not None:
        entry.add("attendee", _attendee(attendee), encode=False)
    calendar.add_component(entry)
    calendar.add_missing_timezones()
    written: bytes = calendar.to_ical()
    return written


def calendar_path(event: Event) -> str:
    """Our own path of the file; the uid is random, so whoever has the path was given it."""
    return f"/c/{event.uid}.ics"


def _entry(event: Event, now: datetime) -> icalendar.Event:
    assert event.starts_at is not None
    zone = ZoneInfo(event.timezone)
    entry = icalendar.Event()
    entry.add("uid", f"{event.uid}@usher")
    entry.add("sequence", event.sequence)
    entry.add("dtstamp", now.astimezone(UTC))
    entry.add("summary", event.group.name)
    entry.add("dtstart", event.starts_at.astimezone(zone))
    if event.ends_at is not None:
        entry.add("dtend", event.ends_at.astimezone(zone))
    if event.place:
        entry.add("location", icalendar.vText(event.place))
    if event.note:
        entry.add("description", event.note)
    if event.map_link:
        entry.add("url", event.map_link)
    if event.latitude is not None and event.longitude is not None:
        entry.add("geo", (event.latitude, event.longitude))
    entry.add("status", "CANCELLED" if event.cancelled_at is not None else "CONFIRMED")
    return entry


def _attendee(address: str) -> icalendar.vCalAddress:
    attendee = icalendar.vCalAddress(f"mailto:{address}")
    attendee.params["ROLE"] = icalendar.vText("REQ-PARTICIPANT")
    attendee.params["PARTSTAT"] = icalendar.vText("NEEDS-ACTION")
    attendee.params["RSVP"] = icalendar.vText("TRUE")
    return attendee
