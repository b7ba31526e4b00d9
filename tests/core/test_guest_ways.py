"""Guests without an account: by which way they are told, who is named when there is none."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from core.access import Actor
from core.chats.reconciliations import ACCOUNT_NOTE
from core.deliveries import Delivery
from core.deliveries.claims import Claim, Told
from core.deliveries.fanning import Fanning
from core.events.editing import cancel_event
from core.facts import Fact, read_fact
from core.facts.events import (
    EventCancelled,
    EventChanged,
    EventReminded,
    GuestsUnreached,
    RsvpAsked,
    SeatOffered,
)
from core.guests import Guest
from core.guests.addresses import take_over
from core.guests.claims import claim_coming
from core.guests.rsvp import Answer
from core.mail.mailing import SENDER_NOTE
from core.message_templates import Listed, replace_templates
from core.outbox import OutboxEvent
from core.people import Sender, find_identity
from core.people.accounts import settle_account
from core.people.conversations import stop_telling
from core.platform_notes import replace_notes
from core.routing import ROUTES
from tests.cast import Cast, Place
from tests.core.eventing import guests_of, make_event, make_household, put_guest
from tests.core.test_event_rooms import audience, draw, reach
from tests.core.test_rsvp import answer

PHONE, EMAIL = "+4915112345678", "erin@example.org"
NEWS = Listed("usher_news", "en", "APPROVED", "UTILITY", "{{text}}", ("text",), True, 0)


async def connect(cast: Cast, *, mail: bool = True, status: str = "APPROVED") -> None:
    """WhatsApp with a template for news, and e-mail."""

    def unit(s: Session) -> None:
        listed = [Listed(**{**_fields(NEWS), "status": status})]
        replace_templates(s, platform="whatsapp", found=listed, now=cast.now)
        replace_notes(s, platform="whatsapp", notes={ACCOUNT_NOTE: "+1 555"}, now=cast.now)
        if mail:
            replace_notes(s, platform="email", notes={SENDER_NOTE: "us@usher.test"}, now=cast.now)

    await cast.write(unit)


def _fields(listed: Listed) -> dict[str, Any]:
    return {name: getattr(listed, name) for name in Listed.__slots__}


async def alone(cast: Cast, **columns: Any) -> Place:
    """An event of its own with the guest Erin."""
    place = await make_event(cast, alone=True)
    await put_guest(cast, place, "Erin", **columns)
    return place


@pytest.mark.parametrize(
    ("fact", "kind"),
    [
        (RsvpAsked, "event_question"),
        (EventCancelled, "event_cancelled"),
        (lambda group_id: EventReminded(group_id=group_id, kind="now"), "event_reminder"),
        (lambda group_id: EventReminded(group_id=group_id, kind="answer"), "event_reminder"),
    ],
)
async def test_a_number_on_the_list_is_enough(sqlite_cast: Cast, fact: Any, kind: str) -> None:
    await connect(sqlite_cast)
    place = await alone(sqlite_cast, phone=PHONE, email=EMAIL)
    assert await audience(sqlite_cast, fact(group_id=place.id)) == [(kind, PHONE)]


async def test_after_a_change_and_for_a_freed_place_too(cast: Cast) -> None:
    await connect(cast)
    place = await alone(cast, phone=PHONE)
    [erin] = await guests_of(cast, place)
    held = cast.clock.now.replace(year=2027)
    await cast.write(lambda s: setattr(s.get_one(Guest, erin.id), "held_until", held))
    changed = EventChanged(group_id=place.id)
    assert await audience(cast, changed) == [("event_asked_again", PHONE)]
    offered = SeatOffered(group_id=place.id, guest_id=erin.id)
    assert await audience(cast, offered) == [("seat_offer", PHONE)]


async def test_without_a_number_it_goes_by_mail(cast: Cast) -> None:
    await connect(cast)
    place = await alone(cast, email=EMAIL)
    assert await audience(cast, EventCancelled(group_id=place.id)) == [("event_cancelled", EMAIL)]


async def test_while_no_template_is_approved_the_mail_is_taken(sqlite_cast: Cast) -> None:
    await connect(sqlite_cast, status="PAUSED")
    place = await alone(sqlite_cast, phone=PHONE, email=EMAIL)
    assert await audience(sqlite_cast, RsvpAsked(group_id=place.id)) == [("event_question", EMAIL)]


async def test_who_said_stop_is_told_by_mail(sqlite_cast: Cast) -> None:
    await connect(sqlite_cast)
    place = await alone(sqlite_cast, phone=PHONE, email=EMAIL)
    await prove(sqlite_cast)
    now = sqlite_cast.now
    await sqlite_cast.write(
        lambda s: stop_telling(s, holder(s), platform="whatsapp", address=PHONE, now=now)
    )
    assert await audience(sqlite_cast, RsvpAsked(group_id=place.id)) == [("event_question", EMAIL)]


async def test_a_child_is_told_by_their_household_and_once(cast: Cast) -> None:
    place = await make_event(cast)
    await reach(cast, cast.bob)
    family = await make_household(cast, place, cast.bob)
    await put_guest(cast, place, "Kim", household_id=family, is_child=True)
    fact = EventReminded(group_id=place.id, kind="now")
    assert await audience(cast, fact) == [("event_reminder", cast.bob.sender.address)]
    await answer(cast, cast.bob, place, Answer.YES)
    assert await audience(cast, fact) == [("event_reminder", cast.bob.sender.address)]


async def test_whom_nothing_reaches_is_named_to_who_runs_it(cast: Cast) -> None:
    place = await alone(cast, phone=PHONE)
    await reach(cast, cast.alice)
    await cast.write(lambda s: cancel_event(s, cast.alice(s), event_id=place.id, now=cast.now))
    [fact] = [one for one in await recorded(cast) if isinstance(one, GuestsUnreached)]
    assert (fact.about, fact.audience) == ("event.cancelled", "not_declined")
    assert await audience(cast, fact) == [("guests_unreached", cast.alice.sender.address)]
    await connect(cast)
    assert await audience(cast, fact) == []


async def test_in_a_room_only_those_without_an_account_are_named(cast: Cast) -> None:
    await cast.bind()
    place = await make_event(cast)
    await reach(cast, cast.alice)
    await draw(cast)
    [fact] = [one for one in await recorded(cast) if isinstance(one, GuestsUnreached)]
    assert await audience(cast, fact) == []
    await put_guest(cast, place, "Erin")
    assert await audience(cast, fact) == [("guests_unreached", cast.alice.sender.address)]


async def test_the_card_in_the_room_asks_those_without_an_account_once(cast: Cast) -> None:
    await cast.bind()
    await connect(cast)
    place = await make_event(cast)
    await put_guest(cast, place, "Erin", phone=PHONE)
    first = RsvpAsked(group_id=place.id, everybody=True)
    assert [kind for kind, _ in await audience(cast, first)] == ["event_question", "rsvp_card"]
    again = RsvpAsked(group_id=place.id)
    assert [kind for kind, _ in await audience(cast, again)] == ["rsvp_card"]


async def test_a_number_that_refuses_hands_over_to_the_mail(cast: Cast) -> None:
    await connect(cast)
    place = await alone(cast, phone=PHONE, email=EMAIL)
    fact = EventReminded(group_id=place.id, kind="now")

    def unit(s: Session) -> list[tuple[str, str]]:
        event = OutboxEvent(
            event_type=fact.event_type,
            group_id=place.id,
            subject=fact.subject,
            payload=fact.model_dump(),
            created_at=cast.now,
        )
        s.add(event)
        s.flush()
        Fanning(ROUTES, cast.now, {}).work_off(s, limit=10)
        [told] = s.query(Delivery).all()
        claim = Claim(
            told.id, "", told.channel, told.address, told.kind, told.lane, 1, 0,
            Told(event.event_type, event.payload, event.group_id),
        )  # fmt: skip
        for _ in range(2):
            take_over(s, claim, channels={"whatsapp", "email"}, now=cast.now)
        return [(one.channel, one.address) for one in s.query(Delivery).order_by(Delivery.id)]

    assert await cast.write(unit) == [("whatsapp", PHONE), ("email", EMAIL)]


async def test_who_writes_from_the_number_is_the_guest(cast: Cast) -> None:
    place = await alone(cast, phone=PHONE, phone_key=PHONE)
    await put_guest(cast, place, "Kim", phone=PHONE, phone_key=PHONE, is_child=True)
    await prove(cast)

    def unit(s: Session) -> list[str]:
        twice = [claim_coming(s, holder(s), now=cast.now) for _ in range(2)]
        return [guest.name for found in twice for guest in found]

    assert await cast.write(unit) == ["Erin"]


async def prove(cast: Cast) -> None:
    """Somebody writes from that number."""
    sender = Sender("whatsapp", PHONE, "Erin")
    await cast.write(lambda s: settle_account(s, sender=sender, alias=None, now=cast.now))


def holder(s: Session) -> Actor:
    known = find_identity(s, platform="whatsapp", address=PHONE)
    assert known is not None
    return Actor(known.person, via="whatsapp")


async def recorded(cast: Cast) -> list[Fact]:
    return [read_fact(one.event_type, one.payload) for one in await cast.rows(OutboxEvent)]
