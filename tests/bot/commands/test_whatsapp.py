"""/whatsapp shows admins how the templates stand; /stop and /resume are everybody's."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from core.audit import AuditEntry
from core.chats.reconciliations import ACCOUNT_NOTE
from core.message_templates import Listed, replace_templates
from core.people import Identity, list_reachable
from core.people.conversations import conversation_with
from core.platform_notes import remember
from tests.bot.commands.talk import TEAM_ROOM, Talk, words

NEWS = Listed(
    "usher_news", "en", "APPROVED", "UTILITY", "{{text}}", ("text",), is_named=True, buttons=0
)


@pytest.fixture
async def connected(talk: Talk) -> Talk:
    cast = talk.cast
    found = [NEWS, replace(NEWS, name="usher_rsvp", status="REJECTED")]

    def unit(s: Session) -> None:
        remember(s, platform="whatsapp", name=ACCOUNT_NOTE, value="+1 202-555-0100", now=cast.now)
        replace_templates(s, platform="whatsapp", found=found, now=cast.now)

    await cast.write(unit)
    return talk


async def test_each_template_is_shown_with_its_state(connected: Talk) -> None:
    heard = await connected.say(connected.cast.alice, "/whatsapp")
    assert "WhatsApp +1 202-555-0100" in heard.text
    assert "usher_news (en) – approved. Fields: text" in heard.text
    assert "usher_rsvp (en) – rejected by Meta." in heard.text


async def test_what_stands_in_the_way_of_my_own_is_said(connected: Talk) -> None:
    heard = await connected.say(connected.cast.alice, "/whatsapp")
    assert words("template_unknown", template="usher_invite") in heard.text
    assert "Meta has not approved the template usher_rsvp: rejected." in heard.text


async def test_the_list_is_read_again_when_somebody_asks(connected: Talk) -> None:
    heard = await connected.tap(connected.cast.alice, "/whatsapp refresh")
    assert "I am asking Meta." in heard.text


async def test_without_whatsapp_the_way_there_is_named(talk: Talk) -> None:
    heard = await talk.say(talk.cast.alice, "/whatsapp")
    assert "WhatsApp is not connected" in heard.text


async def test_members_and_strangers_are_refused(connected: Talk) -> None:
    for who in (connected.cast.bob, connected.cast.charlie):
        assert (await connected.say(who, "/whatsapp")).text == words("templates_for_admins")


async def test_who_says_stop_hears_nothing_unasked_until_they_resume(talk: Talk) -> None:
    bob = talk.cast.bob
    address = {"platform": "telegram", "address": bob.sender.address}
    for line, stopped in (("/stop", True), ("/resume", False)):
        assert not (await talk.say(bob, line)).refused
        found = await talk.cast.read(lambda s: conversation_with(s, **address))
        reachable = await talk.cast.read(lambda s: list_reachable(s, [bob.id]))
        assert (found.stopped, bool(reachable)) == (stopped, not stopped)


async def test_both_are_in_the_log(talk: Talk) -> None:
    await talk.say(talk.cast.bob, "/stop")
    await talk.say(talk.cast.bob, "/resume")
    actions = [row.action for row in await talk.cast.rows(AuditEntry)][-2:]
    assert actions == ["person.stopped", "person.resumed"]


async def test_one_s_word_is_one_s_own(talk: Talk) -> None:
    await talk.say(talk.cast.bob, "/stop")
    stopped = [row.person_id for row in await talk.cast.rows(Identity) if row.stopped_at]
    assert stopped == [talk.cast.bob.id]


async def test_in_a_room_nobody_is_silenced(talk: Talk) -> None:
    assert (await talk.say(talk.cast.bob, "/stop", TEAM_ROOM)).refused
    assert not any(row.stopped_at for row in await talk.cast.rows(Identity))
