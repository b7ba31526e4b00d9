"""Places on the map: sent from a phone, and shown on one."""

from __future__ import annotations

import pytest

from bot.command import Incoming, Reply
from bot.dispatch import Answer
from bot.platforms.telegram.incoming import from_message
from bot.platforms.telegram.outgoing import answer_message
from bot.sandbox.server import Sandbox
from bot.sandbox.telegram.venues import Venue
from bot.telegram_api import TelegramBot
from bot.texts import Reader, say
from core.events.spots import Spot
from tests.bot.platforms.telegram.phones import DANA, ROOM, next_message

HALL = Venue(32.0853, 34.7818, "Hall 3", "Main Street 5")
SPOT = Spot(32.0853, 34.7818, "Hall 3", "Main Street 5")


async def sent(
    bot: TelegramBot, sandbox: Sandbox, chat: int = DANA, *, reply_to: int | None = None
) -> Incoming | None:
    """What is heard of a place that Dana sends."""
    sandbox.telegram.send_place(DANA, chat, HALL, reply_to)
    return from_message(await next_message(bot), bot_username=bot.username)


async def test_a_venue_in_private_is_the_place_of_the_event(
    bot: TelegramBot, sandbox: Sandbox
) -> None:
    incoming = await sent(bot, sandbox)
    assert incoming is not None
    assert (incoming.line, incoming.spot) == ("/event place=here", SPOT)


async def test_a_mere_location_counts_too(bot: TelegramBot, sandbox: Sandbox) -> None:
    sandbox.telegram.send_place(DANA, DANA, Venue(1.5, -2.5))
    incoming = from_message(await next_message(bot), bot_username=bot.username)
    assert incoming is not None
    assert incoming.spot == Spot(1.5, -2.5)


async def test_a_command_that_answers_a_venue_has_it(bot: TelegramBot, sandbox: Sandbox) -> None:
    await sent(bot, sandbox)
    last = sandbox.telegram.messages(DANA)[-1]
    sandbox.telegram.say(DANA, DANA, "/event Cup sat 19:00", last.message_id)
    incoming = from_message(await next_message(bot), bot_username=bot.username)
    assert incoming is not None
    assert (incoming.line, incoming.spot) == ("/event Cup sat 19:00", SPOT)


async def test_in_a_room_only_one_that_answers_us_is_meant(
    bot: TelegramBot, sandbox: Sandbox
) -> None:
    sandbox.telegram.add_member(ROOM, DANA)
    sandbox.telegram.set_bot_status(ROOM, "administrator")
    assert await sent(bot, sandbox, ROOM) is None
    card = await bot.send_message(ROOM, "Cup final")
    incoming = await sent(bot, sandbox, ROOM, reply_to=card.message_id)
    assert incoming is not None
    assert incoming.line == "/event place=here"


async def test_the_map_comes_as_a_venue_behind_the_words(
    bot: TelegramBot, sandbox: Sandbox
) -> None:
    sandbox.telegram.say(DANA, DANA, "/rsvp map")
    answer = Answer(Reply(say("Where: Hall 3"), spot=SPOT), Reader("en", "UTC"))
    await answer_message(bot, await next_message(bot), answer)
    words, venue = sandbox.telegram.messages(DANA)[-2:]
    assert words.text == "Where: Hall 3"
    assert venue.options["venue"]["title"] == "Hall 3"


@pytest.mark.parametrize("street", ["Main Street 5", ""])
async def test_telegram_gets_the_street_that_it_asks_for(
    bot: TelegramBot, sandbox: Sandbox, street: str
) -> None:
    sandbox.telegram.say(DANA, DANA, "/rsvp map")
    spot = Spot(32.0853, 34.7818, "Hall 3", street)
    answer = Answer(Reply(say("Where"), spot=spot), Reader("en", "UTC"))
    await answer_message(bot, await next_message(bot), answer)
    shown = sandbox.telegram.messages(DANA)[-1].options["venue"]
    assert shown["address"] == (street or "32.08530, 34.78180")
