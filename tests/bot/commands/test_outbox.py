"""/outbox and /drain: counts, lists with reasons in words, and a tap for each remedy."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.commands.outbox_words import KINDS
from bot.notices import NOTICES
from core.deliveries import DeliveryStatus
from tests.bot.commands.talk import TEAM_ROOM, Talk, words
from tests.core.dead import ROOM, lay, lay_fact

PENDING, SENDING, SENT, _, _, FAILED, DEAD, UNCERTAIN, CANCELLED = DeliveryStatus


@pytest.fixture
async def troubled(talk: Talk) -> Talk:
    """The Tigers' room got nothing, and bob has blocked us."""
    await talk.cast.bind(ROOM)
    await lay(talk.cast, DEAD, ROOM)
    blocked = "Forbidden: bot was blocked by the user"
    await lay(talk.cast, FAILED, talk.cast.bob.sender.address, reason=blocked, kind="membership")
    return talk


def test_every_kind_of_message_has_its_words() -> None:
    assert set(NOTICES) - set(KINDS) == set()


async def test_the_overview_counts_and_leads_to_each_list(troubled: Talk) -> None:
    heard = await troubled.say(troubled.cast.alice, "/outbox")
    assert heard.text.splitlines() == [
        "Messages of Tigers",
        "Refused for good: 1",
        "Given up: 1",
    ]
    assert heard.lines == ["/outbox failed group=1", "/outbox dead group=1"]


async def test_an_empty_outbox_says_so(talk: Talk) -> None:
    heard = await talk.say(talk.cast.alice, "/outbox")
    assert heard.text.endswith("Nothing waits, and nothing went wrong.")


async def test_a_list_tells_to_whom_what_how_old_and_why(troubled: Talk) -> None:
    troubled.cast.clock.advance(hours=3)
    heard = await troubled.say(troubled.cast.alice, "/outbox failed")
    assert "1. news of a membership to Bob, 3 hours old: they have blocked me" in heard.text
    heard = await troubled.say(troubled.cast.alice, "/outbox dead")
    assert "1. a welcome to Team room, 3 hours old: the service has trouble" in heard.text
    assert heard.labels == ["Retry 1", "Cancel 1", "Retry all"]


async def test_facts_that_became_no_message_are_listed(talk: Talk) -> None:
    await lay_fact(talk.cast)
    heard = await talk.say(talk.cast.alice, "/outbox unread")
    assert "this version does not know what it is about" in heard.text
    assert heard.labels == ["Retry all"]


async def test_what_waits_can_be_called_off_and_what_is_sent_can_not(talk: Talk) -> None:
    await lay(talk.cast, PENDING, "-1", reason=None)
    await lay(talk.cast, SENDING, "-2", reason=None)
    heard = await talk.say(talk.cast.alice, "/outbox waiting")
    assert heard.labels == ["Cancel 2"]
    assert "not tried yet" in heard.text


async def test_a_reason_that_nobody_knows_is_quoted(talk: Talk) -> None:
    await lay(talk.cast, DEAD, "-1", reason="<b>odd</b>")
    heard = await talk.say(talk.cast.alice, "/outbox dead")
    assert "<b>odd</b>" in heard.text


async def test_members_and_strangers_are_refused(troubled: Talk) -> None:
    charlie = await troubled.say(troubled.cast.charlie, "/outbox dead group=1")
    assert charlie.text == words("group_unknown")
    bob = await troubled.say(troubled.cast.bob, "/outbox")
    assert bob.refused
    assert (await troubled.say(troubled.cast.charlie, "/drain group=1")).refused


async def test_in_a_room_it_is_about_the_rooms_group(troubled: Talk) -> None:
    troubled.system_admins = {troubled.cast.alice.sender.key()}
    heard = await troubled.say(troubled.cast.alice, "/outbox", TEAM_ROOM)
    assert heard.text.splitlines()[0] == "Messages of Tigers"


async def test_a_system_admin_sees_all_groups_in_private(troubled: Talk) -> None:
    await lay(troubled.cast, DEAD, "-9", group=await troubled.cast.group("Lions"))
    troubled.system_admins = {troubled.cast.charlie.sender.key()}
    heard = await troubled.say(replace(troubled.cast.charlie), "/outbox")
    assert heard.text.splitlines()[0] == "Messages of all groups"
    assert heard.lines == ["/outbox failed", "/outbox dead"]


async def test_what_makes_no_sense_is_refused(talk: Talk) -> None:
    for line in ("/outbox nonsense", "/outbox retry x", "/drain 7", "/drain 1-2 3"):
        assert (await talk.say(talk.cast.alice, line)).refused
