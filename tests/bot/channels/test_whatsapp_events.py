"""What an event has to say to a number on its list, and the answer that comes back from there."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.channels.whatsapp import WhatsAppChannel
from bot.ground import Ground
from bot.notices import Notice, render
from bot.sandbox.whatsapp.templates import FIRST
from bot.texts import Reader
from core.events.editing import cancel_event
from core.facts import Fact
from core.facts.events import EventCancelled, EventReminded
from core.guests.self_service import self_service_card
from tests.bot.platforms.whatsapp.rig import PUBLIC_URL, WhatsAppRig, whatsapp_rig
from tests.cast import Cast, Place
from tests.core.eventing import guests_of, make_event, put_guest, statuses_of

READER = Reader("en", "UTC")


@pytest.fixture
async def rig(sqlite_cast: Cast) -> AsyncIterator[WhatsAppRig]:
    async with whatsapp_rig(Ground(sqlite_cast.database, sqlite_cast.clock)) as running:
        await running.catalogue.tick()
        yield running


@pytest.fixture
async def place(sqlite_cast: Cast, rig: WhatsAppRig) -> Place:
    place = await make_event(sqlite_cast, place="Hall 3")
    phone = rig.bob.address
    await put_guest(sqlite_cast, place, "Robert", phone=phone, phone_key=phone)
    return place


async def tell(cast: Cast, rig: WhatsAppRig, kind: str, fact: Fact) -> str:
    notice = await cast.read(lambda s: render(s, kind, fact))
    assert isinstance(notice, Notice)
    await WhatsAppChannel(rig.voice, rig.ground, PUBLIC_URL).send(rig.bob.address, notice, READER)
    return rig.heard(rig.bob)[-1]


async def remind(cast: Cast, rig: WhatsAppRig, place: Place) -> str:
    return await tell(cast, rig, "event_reminder", EventReminded(group_id=place.id, kind="now"))


async def test_a_stranger_is_asked_by_the_template_with_a_link_of_their_own(
    sqlite_cast: Cast, rig: WhatsAppRig, place: Place
) -> None:
    text = await remind(sqlite_cast, rig, place)
    assert "You are invited to \u2068Cup final\u2069: Mon 30 Nov 2026, 18:30 UTC, " in text
    token = text.partition(f"{PUBLIC_URL}/r/")[2].split()[0]
    card = await sqlite_cast.read(
        lambda s: self_service_card(s, token=token, guessers=("test",), now=sqlite_cast.now)
    )
    assert [one.name for one in card.guests] == ["Robert"]


async def test_their_tap_on_the_template_is_their_answer(
    sqlite_cast: Cast, rig: WhatsAppRig, place: Place
) -> None:
    await remind(sqlite_cast, rig, place)
    rig.press(rig.bob, f"/rsvp yes group={place.id}")
    await rig.work_off()
    assert (await statuses_of(sqlite_cast, place))["Robert"] == "confirmed"
    assert "Your answer" in rig.heard(rig.bob)[-1]
    [mine] = [one for one in await guests_of(sqlite_cast, place) if one.name == "Robert"]
    assert mine.person_id is not None


async def test_a_tap_from_another_number_answers_for_nobody(
    sqlite_cast: Cast, rig: WhatsAppRig, place: Place
) -> None:
    rig.press(rig.dana, f"/rsvp yes group={place.id}")
    await rig.work_off()
    assert (await statuses_of(sqlite_cast, place))["Robert"] == "invited"
    assert "confirmed" not in (await statuses_of(sqlite_cast, place)).values()


async def test_without_its_own_template_it_is_news_with_the_link(
    sqlite_cast: Cast, rig: WhatsAppRig, place: Place
) -> None:
    rig.world.templates = [one for one in FIRST if one.name == "usher_news"]
    await rig.catalogue.tick()
    text = await remind(sqlite_cast, rig, place)
    assert text.startswith("News from your groups:")
    assert f"{PUBLIC_URL}/r/" in text


async def test_within_a_day_it_is_said_freely_and_the_link_stands_below(
    sqlite_cast: Cast, rig: WhatsAppRig, place: Place
) -> None:
    await rig.say(rig.bob, "/start")
    text = await remind(sqlite_cast, rig, place)
    assert "Or answer here" in text
    answers = [f"/rsvp {one} group={place.id}" for one in ("yes", "no", "maybe")]
    assert rig.buttons(rig.bob) == answers


async def test_of_what_is_off_there_is_nothing_to_answer(
    sqlite_cast: Cast, rig: WhatsAppRig, place: Place
) -> None:
    alice = sqlite_cast.alice
    await sqlite_cast.write(
        lambda s: cancel_event(s, alice(s), event_id=place.id, now=sqlite_cast.now)
    )
    text = await tell(sqlite_cast, rig, "event_cancelled", EventCancelled(group_id=place.id))
    assert "is cancelled" in text
    assert "/r/" not in text
