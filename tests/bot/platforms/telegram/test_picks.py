"""Telegram's list of people: the button that opens it, and what comes back, in the sandbox."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.command import Pick, Reply
from bot.dispatch import Answer
from bot.platforms.telegram.incoming import from_message
from bot.platforms.telegram.outgoing import answer_message
from bot.sandbox.server import Sandbox
from bot.telegram_api import TelegramBot
from bot.texts import Reader, say
from core.access import Member, Role
from core.people.picks import number_of
from tests.bot.platforms.telegram.doors import Door, door_of
from tests.bot.platforms.telegram.phones import next_message
from tests.faults.rig import BOB, CAROL, DANA, sandbox_at

LINE = "/invite group=7"
ASKED = Reply(say("Whom?"), pick=Pick(say("Choose people"), LINE, 2))


async def ask(bot: TelegramBot, sandbox: Sandbox) -> None:
    sandbox.telegram.say(DANA, DANA, "/invite")
    await answer_message(bot, await next_message(bot), Answer(ASKED, Reader("en", "UTC")))


async def test_a_pick_is_a_button_that_asks_for_people(bot: TelegramBot, sandbox: Sandbox) -> None:
    await ask(bot, sandbox)
    [[button]] = sandbox.telegram.keyboards[DANA]["keyboard"]
    assert button == {
        "text": "Choose people",
        "request_users": {
            "request_id": number_of(LINE),
            "user_is_bot": False,
            "max_quantity": 2,
            "request_name": True,
            "request_username": True,
        },
    }


async def test_the_people_come_back_with_the_number_of_the_line(
    bot: TelegramBot, sandbox: Sandbox
) -> None:
    await ask(bot, sandbox)
    sandbox.telegram.share(DANA, number_of(LINE), [BOB, CAROL])
    heard = from_message(await next_message(bot), bot_username="usher_sandbox_bot", inbox_id=5)
    assert heard is not None
    assert (heard.line, heard.pick, heard.about, heard.inbox_id) == ("", number_of(LINE), None, 5)
    assert [(one.key(), one.name, one.username) for one in heard.picked] == [
        (f"telegram:{BOB}", "Bob", "bob"),
        (f"telegram:{CAROL}", "Carol", None),
    ]
    assert sandbox.telegram.keyboards == {}


@pytest.fixture
async def door(sqlite_database_url: str) -> AsyncIterator[Door]:
    async with sandbox_at() as sandbox, door_of(sandbox, sqlite_database_url) as door:
        yield door


async def test_a_member_is_chosen_for_another_role_from_button_to_row(door: Door) -> None:
    invite = await door.say(DANA, DANA, "/invite")
    link = next(word for word in (invite.text or "").split() if "start=" in word)
    door.world.open_link(BOB, link)
    door.tap(BOB, await door.hears(BOB, "invites you"), "Accept")
    await door.one(Member, person_id=await door.person(BOB))
    await door.say(DANA, DANA, "/role coach")
    [[button]] = door.world.keyboards[DANA]["keyboard"]
    door.world.share(DANA, button["request_users"]["request_id"], [BOB])
    await door.hears(DANA, "Bob is now coach in Tigers.")
    assert (await door.one(Member, person_id=await door.person(BOB))).role is Role.ADMIN
