"""An e-mail about an event: a link of one's own to answer by, and the calendar file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from icalendar import Calendar

from bot.channels.email import EmailChannel
from bot.mail.server import MailServer
from bot.notices import Notice, render
from core.events.editing import cancel_event
from core.facts import Fact
from core.facts.events import EventCancelled, EventReminded
from core.guests.self_service import self_service_card
from tests.bot.channels.test_email import ERIN, READER, channel_to, claim_of
from tests.bot.mail.postbox import Postbox, postbox
from tests.cast import Cast, Place
from tests.core.eventing import make_event, put_guest


@pytest.fixture
async def box() -> AsyncIterator[Postbox]:
    async with postbox() as box:
        yield box


@pytest.fixture
async def channel(sqlite_cast: Cast, box: Postbox) -> AsyncIterator[EmailChannel]:
    channel = channel_to(sqlite_cast, MailServer("127.0.0.1", box.port))
    yield channel
    await channel.stop()


@pytest.fixture
async def place(sqlite_cast: Cast) -> Place:
    place = await make_event(sqlite_cast)
    await put_guest(sqlite_cast, place, "Erin", email=ERIN)
    return place


async def deliver(cast: Cast, channel: EmailChannel, kind: str, fact: Fact) -> None:
    notice = await cast.read(lambda s: render(s, kind, fact))
    assert isinstance(notice, Notice)
    await channel.deliver(claim_of(cast), notice, READER)


def entry_in(mail: Any) -> tuple[str, Any]:
    [part] = [one for one in mail.walk() if one.get_content_type() == "text/calendar"][:1]
    calendar = Calendar.from_ical(part.get_content())
    return str(calendar["METHOD"]), calendar.walk("VEVENT")[0]


async def test_its_link_opens_the_readers_own_page(
    sqlite_cast: Cast, channel: EmailChannel, box: Postbox, place: Place
) -> None:
    fact = EventReminded(group_id=place.id, kind="week")
    await deliver(sqlite_cast, channel, "event_reminder", fact)
    body = box.mail().get_body(("plain",))
    assert body is not None
    token = body.get_content().split("/r/")[1][:43]
    card = await sqlite_cast.read(
        lambda s: self_service_card(s, token=token, guessers=("x",), now=sqlite_cast.now)
    )
    assert card.guests[0].name == "Erin"


async def test_the_calendar_asks_for_an_answer_and_later_takes_it_out(
    sqlite_cast: Cast, channel: EmailChannel, box: Postbox, place: Place
) -> None:
    cast = sqlite_cast
    fact = EventReminded(group_id=place.id, kind="week")
    await deliver(cast, channel, "event_reminder", fact)
    method, asked = entry_in(box.mails[-1])
    assert (method, asked["ATTENDEE"]) == ("REQUEST", f"mailto:{ERIN}")
    await cast.write(lambda s: cancel_event(s, cast.alice(s), event_id=place.id, now=cast.now))
    await deliver(cast, channel, "event_cancelled", EventCancelled(group_id=place.id))
    method, off = entry_in(box.mails[-1])
    assert (method, off["UID"], off["STATUS"]) == ("CANCEL", asked["UID"], "CANCELLED")
    assert int(off["SEQUENCE"]) > int(asked["SEQUENCE"])
