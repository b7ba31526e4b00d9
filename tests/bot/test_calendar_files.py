"""An event's calendar file, read back by a calendar."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from icalendar import Calendar

from bot.calendar_files import Method, calendar_file
from core.events import find_event
from core.events.editing import cancel_event
from tests.cast import Cast, Place
from tests.core.eventing import make_event
from tests.core.test_event_editing import edit

BERLIN = "Europe/Berlin"


async def entry_of(cast: Cast, place: Place, **more: Any) -> tuple[str, Any]:
    """The method, and what stands in the file."""

    def unit(s: Any) -> bytes:
        event = find_event(s, place.id)
        assert event is not None
        return calendar_file(event, now=cast.now, **more)

    calendar = Calendar.from_ical(await cast.read(unit))
    [entry] = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), entry


async def test_it_tells_when_and_where_in_the_events_zone(sqlite_cast: Cast) -> None:
    starts = sqlite_cast.now + timedelta(days=10)
    place = await make_event(
        sqlite_cast,
        starts_at=starts,
        ends_at=starts + timedelta(hours=2),
        timezone_=BERLIN,
        place="Hall 3, Main Street",
        map_link="https://maps.example.org/x",
    )
    method, entry = await entry_of(sqlite_cast, place)
    assert (method, entry["SUMMARY"], entry["LOCATION"]) == (
        "PUBLISH",
        "Cup final",
        "Hall 3, Main Street",
    )
    assert entry.decoded("DTSTART") == starts
    assert entry["DTSTART"].params["TZID"] == BERLIN
    assert entry.decoded("DTEND") - entry.decoded("DTSTART") == timedelta(hours=2)


async def test_its_uid_stays_and_its_sequence_grows(sqlite_cast: Cast) -> None:
    place = await make_event(sqlite_cast)
    _, before = await entry_of(sqlite_cast, place)
    await edit(sqlite_cast, place, starts_at=sqlite_cast.now + timedelta(days=12))
    _, after = await entry_of(sqlite_cast, place)
    assert before["UID"] == after["UID"]
    assert (int(before["SEQUENCE"]), int(after["SEQUENCE"])) == (0, 1)


async def test_a_cancelled_event_is_taken_out(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    place = await make_event(cast)
    await cast.write(lambda s: cancel_event(s, cast.alice(s), event_id=place.id, now=cast.now))
    method, entry = await entry_of(cast, place, method=Method.REQUEST)
    assert (method, entry["STATUS"], int(entry["SEQUENCE"])) == ("CANCEL", "CANCELLED", 1)


async def test_a_request_asks_somebody_for_an_answer(sqlite_cast: Cast) -> None:
    place = await make_event(sqlite_cast)
    method, entry = await entry_of(
        sqlite_cast,
        place,
        method=Method.REQUEST,
        organizer="usher@example.org",
        attendee="bob@example.org",
    )
    assert (method, entry["ORGANIZER"]) == ("REQUEST", "mailto:usher@example.org")
    assert entry["ATTENDEE"] == "mailto:bob@example.org"
    assert entry["ATTENDEE"].params["RSVP"] == "TRUE"


@pytest.mark.attack(44)
async def test_what_people_write_breaks_no_line_of_it(sqlite_cast: Cast) -> None:
    nasty = "Hall; 3, \\n <b> END:VEVENT"
    place = await make_event(sqlite_cast, name="a;b,c:d", place=nasty, note="x" * 400)
    _, entry = await entry_of(sqlite_cast, place)
    assert (str(entry["LOCATION"]), str(entry["SUMMARY"])) == (nasty, "a;b,c:d")


async def test_an_event_without_a_date_has_no_file(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    place = await make_event(cast)
    await edit(cast, place, starts_at=None)
    with pytest.raises(ValueError, match="without a date"):
        await entry_of(cast, place)
