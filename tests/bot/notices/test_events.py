"""What is heard of an event, as it stands when it is told."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.notices import Notice, Telling, render
from bot.texts import Reader
from core.events.editing import cancel_event
from core.facts import Fact
from core.facts.events import (
    EventCancelled,
    EventChanged,
    EventReminded,
    RsvpAsked,
    RsvpCounted,
    SeatLapsed,
    SeatOffered,
)
from core.guests.rsvp import Answer
from tests.cast import Cast, Place
from tests.core.eventing import guests_of, make_event
from tests.core.test_event_editing import edit
from tests.core.test_rsvp import answer, tick

ISOLATES = re.compile("[\u2068\u2069]")


async def telling(cast: Cast, kind: str, fact: Fact) -> Telling | None:
    return await cast.read(lambda s: render(s, kind, fact))


async def heard(cast: Cast, kind: str, fact: Fact) -> str:
    told = await telling(cast, kind, fact)
    assert isinstance(told, Notice)
    return ISOLATES.sub("", Reader("en", "UTC").plain(told.text))


async def cancel(cast: Cast, place: Place) -> None:
    await cast.write(lambda s: cancel_event(s, cast.alice(s), event_id=place.id, now=cast.now))


async def test_the_card_shows_who_comes_and_with_how_many(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    place = await make_event(cast, capacity=9, plus_ones=2, place="Hall 3")
    await answer(cast, cast.bob, place, plus=2)
    text = await heard(cast, "rsvp_card", RsvpAsked(group_id=place.id))
    assert "yes: 3 of 9 places" in text
    assert "• Bob +2" in text
    assert "1 has not answered" in text
    assert "Where: Hall 3" in text


async def test_the_counts_change_the_card_that_was_shown(sqlite_cast: Cast) -> None:
    place = await make_event(sqlite_cast)
    told = await telling(sqlite_cast, "rsvp_counts", RsvpCounted(group_id=place.id))
    assert isinstance(told, Notice)
    assert told.redraws == f"event:{place.id}"
    assert told.buttons


async def test_after_a_change_the_card_and_the_question_say_so(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    place = await make_event(cast)
    await answer(cast, cast.bob, place)
    await edit(cast, place, starts_at=cast.now + timedelta(days=12))
    fact = EventChanged(group_id=place.id)
    assert "This has changed" in await heard(cast, "rsvp_card", fact)
    assert "Do you still come?" in await heard(cast, "event_asked_again", fact)


async def test_of_a_cancelled_event_nothing_else_is_told(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    place = await make_event(cast)
    await cancel(cast, place)
    for kind, fact in (
        ("rsvp_card", RsvpAsked(group_id=place.id)),
        ("event_question", RsvpAsked(group_id=place.id)),
        ("event_asked_again", EventChanged(group_id=place.id)),
        ("event_reminder", EventReminded(group_id=place.id, kind="day")),
    ):
        assert await telling(cast, kind, fact) is None
    off = await heard(cast, "event_cancelled", EventCancelled(group_id=place.id, following=True))
    assert "Cup final is cancelled, and all that were to follow." in off
    card = await telling(cast, "rsvp_counts", RsvpCounted(group_id=place.id))
    assert isinstance(card, Notice)
    assert card.buttons == ()


async def test_a_place_is_offered_while_it_is_held_and_then_it_is_said_to_be_gone(
    sqlite_cast: Cast,
) -> None:
    cast = sqlite_cast
    place = await make_event(cast, capacity=1)
    await answer(cast, cast.alice, place)
    await answer(cast, cast.bob, place)
    await answer(cast, cast.alice, place, Answer.NO)
    bob = (await guests_of(cast, place))[1].id
    offer = SeatOffered(group_id=place.id, guest_id=bob)
    assert "There is a place for you." in await heard(cast, "seat_offer", offer)
    await tick(cast, place, hours=12)
    assert await telling(cast, "seat_offer", offer) is None
    lapsed = SeatLapsed(group_id=place.id, guest_id=bob)
    assert "went on to others" in await heard(cast, "seat_lapsed", lapsed)
