"""Cards in chats that we are not in."""

from __future__ import annotations

import pytest

from bot.command import Place, Room
from bot.commands import COMMANDS
from core.access import MemberState
from tests.bot.commands.talk import Heard, Talk, words
from tests.core.door import reach

CARD = Room("telegram", "AAAA1", "", Place.ELSEWHERE)


async def _posted(talk: Talk) -> str:
    """What the button of alice's card says."""
    heard = await talk.say(talk.cast.alice, "/offer tig", CARD)
    (card,) = heard.answer.reply.cards
    return card.button.line


def _passing(heard: Heard) -> str:
    assert heard.answer.reply.passing is not None
    return heard.answer.reader.plain(heard.answer.reply.passing).translate(
        {0x2068: None, 0x2069: None}
    )


async def test_the_card_says_who_invites_whereto_as_what(talk: Talk) -> None:
    heard = await talk.say(talk.cast.alice, "/offer", CARD)
    (card,) = heard.answer.reply.cards
    plain = heard.answer.reader.plain(card.text).translate({0x2068: None, 0x2069: None})
    assert plain.startswith("Alice invites you to Tigers.")
    assert "Your role: member" in plain
    assert len(card.button.line.encode()) <= 64


async def test_a_stranger_is_offered_nothing(talk: Talk) -> None:
    heard = await talk.say(talk.cast.charlie, "/offer Tigers", CARD)
    assert heard.answer.reply.cards == ()
    assert "Tigers" not in heard.text


async def test_a_tap_joins_and_the_card_counts(talk: Talk) -> None:
    line = await _posted(talk)
    heard = await talk.tap(talk.cast.charlie, line, CARD)
    assert _passing(heard) == "You are in Tigers. Welcome!"
    assert heard.text.endswith("1 person has joined")
    assert heard.lines == [line]
    assert _passing(await talk.tap(talk.cast.charlie, line, CARD)) == (
        "You are already a member of Tigers."
    )


async def test_who_never_started_the_bot_is_led_to_a_welcome(talk: Talk) -> None:
    line = await _posted(talk)
    heard = await talk.tap(talk.cast.charlie, line, CARD)
    assert heard.answer.reply.opens == "joined"
    welcome = await talk.say(talk.cast.charlie, "/start joined")
    assert "Welcome, Charlie! You are in:\n• Tigers" in welcome.text
    dana = await talk.cast.somebody()
    await reach(talk.cast, dana)
    assert (await talk.tap(dana, line, CARD)).answer.reply.opens is None


@pytest.mark.parametrize("payload", ["inline", "joined"])
async def test_the_links_of_cards_greet_who_is_in_no_group(talk: Talk, payload: str) -> None:
    heard = await talk.say(talk.cast.charlie, f"/start {payload}")
    assert heard.text.startswith("Hello Charlie! I bring people into groups.")


@pytest.mark.attack(39, 40)
@pytest.mark.parametrize("name", [c.name for c in COMMANDS if Place.ELSEWHERE not in c.places])
async def test_no_other_command_can_be_pressed_below_a_card(talk: Talk, name: str) -> None:
    before = await talk.everything()
    heard = await talk.tap(talk.cast.alice, f"/{name}", CARD)
    assert heard.refused
    assert heard.text in (words("only_in_private"), words("only_in_room"))
    assert await talk.everything() == before


@pytest.mark.parametrize("line", ["/offer", "/come abc"])
async def test_the_cards_own_commands_work_nowhere_else(talk: Talk, line: str) -> None:
    heard = await talk.say(talk.cast.alice, line)
    assert heard.text == words("only_in_elsewhere")


async def test_a_card_without_a_code_does_nothing(talk: Talk) -> None:
    assert (await talk.tap(talk.cast.charlie, "/come", CARD)).text == words("button_unknown")


@pytest.mark.attack(16)
async def test_who_is_banned_and_taps_first_is_refused_and_the_card_works_on(talk: Talk) -> None:
    line = await _posted(talk)
    await talk.cast.part(talk.cast.bob, MemberState.BANNED)
    heard = await talk.tap(talk.cast.bob, line, CARD)
    assert heard.text == words("banned", group="Tigers", inviter="Alice")
    assert _passing(await talk.tap(talk.cast.charlie, line, CARD)).startswith("You are in Tigers.")
