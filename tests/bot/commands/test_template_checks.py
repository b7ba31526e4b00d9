"""What stands in the way on WhatsApp is said before anything is sent: by /event, /remind and
/broadcast.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from bot.dispatch import Defaults
from core.chats.reconciliations import ACCOUNT_NOTE
from core.message_templates import Listed, replace_templates
from core.platform_notes import remember
from tests.bot.commands.guest_talk import EventTalk, event_talk
from tests.bot.commands.talk import words
from tests.cast import Cast
from tests.core.eventing import put_guest

NEWS = Listed("usher_news", "en", "APPROVED", "UTILITY", "", ("text",), is_named=True, buttons=0)
PLACES = ("event", "when", "place", "link")
RSVP = replace(NEWS, name="usher_rsvp", fields=PLACES, buttons=3)
PHONE = "+972501111111"
FINE = "WhatsApp: by the template {} ({}), approved."
NOBODY = "only those who wrote to me within a day hear of it"


async def talk_with(cast: Cast, *listed: Listed) -> EventTalk:
    """An event with a guest who has a number alone, and these templates."""
    talk = await event_talk(cast)
    talk.defaults = Defaults(channels=frozenset({"telegram", "whatsapp"}))
    await put_guest(cast, talk.event, "Dana", phone=PHONE, phone_key=PHONE)

    def unit(s: Session) -> None:
        remember(s, platform="whatsapp", name=ACCOUNT_NOTE, value="+1 555", now=cast.now)
        replace_templates(s, platform="whatsapp", found=listed, now=cast.now)

    await cast.write(unit)
    return talk


@pytest.mark.parametrize("line", ["/event show group={}", "/remind group={}"])
async def test_the_template_for_the_question_is_named(sqlite_cast: Cast, line: str) -> None:
    talk = await talk_with(sqlite_cast, NEWS, RSVP)
    heard = await talk.say(sqlite_cast.alice, line.format(talk.event.id))
    assert FINE.format("usher_rsvp", "en") in heard.text


@pytest.mark.parametrize(
    ("listed", "code", "fields"),
    [
        ([NEWS], "template_unknown", {}),
        ([NEWS, replace(RSVP, status="PAUSED")], "template_not_approved", {"status": "paused"}),
        ([NEWS, replace(RSVP, needs="a picture")], "template_needs", {"what": "a picture"}),
        (
            [NEWS, replace(RSVP, fields=("1", "2"), is_named=False)],
            "template_fields",
            {"wanted": "1, 2", "given": "event, when, place"},
        ),
    ],
)
async def test_what_stands_in_its_way_is_said_and_what_is_used_instead(
    sqlite_cast: Cast, listed: Sequence[Listed], code: str, fields: dict[str, str]
) -> None:
    talk = await talk_with(sqlite_cast, *listed)
    heard = await talk.say(sqlite_cast.alice, f"/event show group={talk.event.id}")
    assert words(code, template="usher_rsvp", **fields) in heard.text
    assert FINE.format("usher_news", "en") in heard.text


async def test_a_template_may_do_without_the_link(sqlite_cast: Cast) -> None:
    three = replace(RSVP, fields=("1", "2", "3"), is_named=False)
    talk = await talk_with(sqlite_cast, NEWS, three)
    heard = await talk.say(sqlite_cast.alice, f"/event show group={talk.event.id}")
    assert FINE.format("usher_rsvp", "en") in heard.text


@pytest.mark.parametrize(
    ("listed", "told"),
    [
        ([NEWS], FINE.format("usher_news", "en")),
        ([replace(NEWS, language="he")], FINE.format("usher_news", "he")),
        ([replace(NEWS, status="DISABLED")], NOBODY),
        ([], words("template_unknown", template="usher_news")),
    ],
)
async def test_a_broadcast_says_it_before_it_is_sent(
    sqlite_cast: Cast, listed: Sequence[Listed], told: str
) -> None:
    talk = await talk_with(sqlite_cast, *listed)
    heard = await talk.say(sqlite_cast.alice, f"/broadcast to=all group={talk.event.id} Hello")
    assert "1 WhatsApp" in heard.text
    assert told in heard.text


async def test_guests_do_not_hear_of_templates(sqlite_cast: Cast) -> None:
    talk = await talk_with(sqlite_cast, NEWS, RSVP)
    await put_guest(sqlite_cast, talk.event, "Bob", person_id=sqlite_cast.bob.id)
    heard = await talk.say(sqlite_cast.bob, f"/event show group={talk.event.id}")
    assert "Cup final" in heard.text
    assert "WhatsApp" not in heard.text
