"""What a calendar answers by mail: read as real programs write it, and taken from guests alone."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy.orm import Session

from bot.bouncing import bounce
from bot.config import Settings
from bot.mail.calendar_replies import read_reply
from bot.mail.server import Origin
from bot.notices import Notice, render
from bot.texts import Reader
from core.deliveries import Delivery, DeliveryStatus
from core.events.calendar_replies import CalendarReply, Fate, reply_token, take_reply
from core.events.editing import cancel_event
from core.facts import read_fact
from core.facts.events import CalendarAnswered, EventReminded
from core.guests.rsvp import Answer
from core.mail.mailboxes import open_mailbox
from core.outbox import EventStatus, OutboxEvent
from tests.bot.mail.calendar_mails import gmail, outlook
from tests.cast import Cast, Place
from tests.core.eventing import event_of, make_event, put_guest, statuses_of
from tests.core.test_event_editing import edit
from tests.core.test_event_rooms import audience
from tests.core.test_rsvp import answer

ERIN = "erin@example.org"
ORIGIN = Origin("usher@club.example", "https://usher.club.example", takes_replies=True)
MAIL_ID = "<7.0123456789abcdef01234567@usher.club.example>"
STAMP = "20261121T080000Z"
SAID_AT = datetime(2026, 11, 21, 8, tzinfo=UTC)


@pytest.fixture
async def place(cast: Cast) -> Place:
    place = await make_event(cast, capacity=1)
    await put_guest(cast, place, "Erin", email=ERIN)
    return place


async def reply_to(cast: Cast, place: Place, **other: Any) -> CalendarReply:
    """Erin's calendar says yes to what stood in our file."""
    event = await event_of(cast, place)

    def token(s: Session) -> str:
        return reply_token(open_mailbox(s, ERIN, now=cast.now), event)

    whole = CalendarReply(
        uid=f"{event.uid}@usher",
        sequence=event.sequence,
        said_at=SAID_AT,
        attendee=ERIN,
        answer=Answer.YES,
        tokens=frozenset([await cast.write(token)]),
    )
    return replace(whole, **other)


async def take(cast: Cast, reply: CalendarReply) -> Fate:
    return await cast.write(lambda s: take_reply(s, reply, now=cast.now))


async def fields_for(cast: Cast, place: Place, **other: str) -> dict[str, str]:
    reply = await reply_to(cast, place)
    [token] = reply.tokens
    return {
        "organizer": ORIGIN.organizer(token),
        "attendee": ERIN,
        "uid": reply.uid,
        "sequence": "0",
        "stamp": STAMP,
        "partstat": "ACCEPTED",
        "in_reply_to": MAIL_ID,
        **other,
    }


@pytest.mark.parametrize("program", [gmail, outlook])
@pytest.mark.parametrize(
    ("partstat", "said"),
    [("ACCEPTED", Answer.YES), ("DECLINED", Answer.NO), ("TENTATIVE", Answer.MAYBE)],
)
async def test_real_programs_are_understood(
    sqlite_cast: Cast, program: Any, partstat: str, said: Answer
) -> None:
    place = await make_event(sqlite_cast)
    fields = await fields_for(sqlite_cast, place, partstat=partstat)
    wanted = await reply_to(sqlite_cast, place, answer=said)
    found = read_reply(program(**fields))
    ids = {MAIL_ID} if program is outlook else set()
    assert found == replace(wanted, message_ids=frozenset(ids))


@pytest.mark.parametrize(
    "other",
    [
        {"partstat": "NEEDS-ACTION"},
        {"partstat": "DELEGATED"},
        {"attendee": "nobody"},
        {"attendee": "erin@example.org\r\nATTENDEE;PARTSTAT=DECLINED:mailto:bob@example.org"},
    ],
)
async def test_what_is_no_answer_of_one_person_is_left_alone(
    sqlite_cast: Cast, other: dict[str, str]
) -> None:
    fields = await fields_for(sqlite_cast, await make_event(sqlite_cast), **other)
    assert read_reply(outlook(**fields)) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\x00",
        b"Subject: Hi\n\nHello",
        b"Content-Type: text/calendar\n\nBEGIN:VCALENDAR\nMETHOD:REPLY\nEND:VCALENDAR\n",
        b"Content-Type: text/calendar\n\nBEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nUID:x\n",
        b"Content-Type: text/calendar; charset=nonsense\n\nBEGIN:VCALENDAR\n",
    ],
)
def test_other_mail_is_no_answer(content: bytes) -> None:
    assert read_reply(content) is None


async def test_a_request_that_comes_back_is_no_answer(sqlite_cast: Cast) -> None:
    fields = await fields_for(sqlite_cast, await make_event(sqlite_cast))
    mail = gmail(**fields)
    plain = mail[: mail.index(b"--000000000000c3d4--")]
    assert read_reply(plain) is not None
    assert read_reply(plain.replace(b"METHOD:REPLY", b"METHOD:REQUEST")) is None


async def test_a_guest_answers_from_their_calendar(cast: Cast, place: Place) -> None:
    assert await take(cast, await reply_to(cast, place)) is Fate.TAKEN
    assert (await statuses_of(cast, place))["Erin"] == "confirmed"
    later = await reply_to(cast, place, answer=Answer.NO)
    assert await take(cast, replace(later, said_at=None)) is Fate.TAKEN
    assert (await statuses_of(cast, place))["Erin"] == "declined"


@pytest.mark.parametrize(
    ("other", "fate"),
    [
        ({"tokens": frozenset()}, Fate.UNPROVEN),
        ({"tokens": frozenset(["a" * 26])}, Fate.UNPROVEN),
        ({"message_ids": frozenset([MAIL_ID]), "tokens": frozenset()}, Fate.UNPROVEN),
        ({"attendee": "mallory@example.org"}, Fate.UNKNOWN),
        ({"uid": "another@usher"}, Fate.UNKNOWN),
        ({"uid": "no uid of ours"}, Fate.UNKNOWN),
    ],
)
async def test_what_nobody_proves_changes_nothing(
    cast: Cast, place: Place, other: dict[str, Any], fate: Fate
) -> None:
    assert await take(cast, await reply_to(cast, place, **other)) is fate
    assert (await statuses_of(cast, place))["Erin"] == "invited"


async def test_the_address_of_one_guest_answers_for_no_other(cast: Cast, place: Place) -> None:
    """Who forwards their invitation hands on nothing: its address is theirs alone."""
    await put_guest(cast, place, "Mallory", email="mallory@example.org")
    await cast.write(lambda s: open_mailbox(s, "mallory@example.org", now=cast.now))
    forwarded = await reply_to(cast, place, attendee="mallory@example.org")
    assert await take(cast, forwarded) is Fate.UNPROVEN
    other = await make_event(cast, "Another", alone=True)
    await put_guest(cast, other, "Erin", email=ERIN)
    here, there = await reply_to(cast, place), await reply_to(cast, other)
    assert await take(cast, replace(there, tokens=here.tokens)) is Fate.UNPROVEN


async def test_the_mail_that_it_answers_proves_it_too(cast: Cast, place: Place) -> None:
    await mailed(cast, place)
    reply = await reply_to(cast, place, tokens=frozenset(), message_ids=frozenset([MAIL_ID]))
    assert await take(cast, reply) is Fate.TAKEN
    other = await make_event(cast, "Another", alone=True)
    await put_guest(cast, other, "Erin", email=ERIN)
    elsewhere = await reply_to(cast, other, tokens=frozenset(), message_ids=frozenset([MAIL_ID]))
    assert await take(cast, elsewhere) is Fate.UNPROVEN


async def test_an_answer_to_another_date_is_left_alone_and_one_after_a_typo_is_not(
    cast: Cast, place: Place
) -> None:
    before = await reply_to(cast, place)
    await edit(cast, place, note="Bring water")
    assert await take(cast, before) is Fate.TAKEN
    await edit(cast, place, starts_at=cast.clock.now.replace(month=12, day=12))
    again = replace(before, said_at=None, answer=Answer.NO)
    assert await take(cast, again) is Fate.OUTDATED
    assert await take(cast, await reply_to(cast, place, said_at=None)) is Fate.TAKEN


async def test_one_from_before_their_latest_answer_is_late(cast: Cast, place: Place) -> None:
    cast.clock.advance(days=1)
    await take(cast, await reply_to(cast, place, answer=Answer.NO, said_at=cast.now))
    assert await take(cast, await reply_to(cast, place)) is Fate.OUTDATED
    assert (await statuses_of(cast, place))["Erin"] == "declined"


async def test_who_has_to_wait_and_who_comes_too_late_hears_it_by_mail(
    cast: Cast, place: Place
) -> None:
    await answer(cast, cast.alice, place)
    assert await take(cast, await reply_to(cast, place)) is Fate.TAKEN
    assert await heard(cast) == "Cup final is full. You are on the waitlist"
    alice = cast.alice
    await cast.write(lambda s: cancel_event(s, alice(s), event_id=place.id, now=cast.now))
    assert await take(cast, await reply_to(cast, place, said_at=None)) is Fate.REFUSED
    assert "Cup final is cancelled" in await heard(cast)


async def test_the_mail_server_hands_it_over(
    sqlite_cast: Cast, sqlite_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = await make_event(sqlite_cast)
    await put_guest(sqlite_cast, place, "Erin", email=ERIN)
    mail = gmail(**await fields_for(sqlite_cast, place))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(mail)))
    settings = Settings(database_url=SecretStr(sqlite_database_url))
    assert await bounce(settings) == 0
    assert (await statuses_of(sqlite_cast, place))["Erin"] == "confirmed"


def test_without_a_server_that_knows_the_plus_answers_go_to_the_sender() -> None:
    assert replace(ORIGIN, takes_replies=False).organizer("a" * 26) == "usher@club.example"
    assert ORIGIN.organizer("a" * 26) == f"usher+{'a' * 26}@club.example"
    long = Origin(f"{'u' * 40}@club.example", "https://x", takes_replies=True)
    assert long.organizer("a" * 26) == long.address


async def mailed(cast: Cast, place: Place) -> None:
    """A reminder went to Erin."""
    fact = EventReminded(group_id=place.id, kind="now")

    def unit(s: Session) -> None:
        event = OutboxEvent(
            event_type=fact.event_type,
            group_id=place.id,
            subject=fact.subject,
            payload=fact.model_dump(),
            status=EventStatus.DONE,
            created_at=cast.now,
        )
        s.add(event)
        s.flush()
        told = {"channel": "email", "address": ERIN, "kind": "event_reminder"}
        state = {"status": DeliveryStatus.SENT, "provider_id": MAIL_ID, "due_at": cast.now}
        s.add(Delivery(outbox_id=event.id, lane=0, attempts=1, lost_claims=0, **told, **state))

    await cast.write(unit)


async def heard(cast: Cast) -> str:
    """The last mail about an answer, which goes to Erin alone."""
    found = [read_fact(one.event_type, one.payload) for one in await cast.rows(OutboxEvent)]
    last = [one for one in found if isinstance(one, CalendarAnswered)][-1]
    assert await audience(cast, last) == [("calendar_answer", ERIN)]
    notice = await cast.read(lambda s: render(s, "calendar_answer", last))
    assert isinstance(notice, Notice)
    text = Reader("en", "UTC").plain(notice.text).replace("\u2068", "").replace("\u2069", "")
    return text.splitlines()[1].partition(" and hears")[0].partition(" and hear")[0]
