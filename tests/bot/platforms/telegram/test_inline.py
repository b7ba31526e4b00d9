"""Cards through Telegram: typed in one chat, posted, tapped by people whom the bot never met."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.commands import COMMANDS
from bot.dispatch import Dispatcher
from bot.ground import Ground
from bot.platforms.telegram.arrivals import arrival_of
from bot.platforms.telegram.platform import TelegramPlatform
from bot.sandbox.server import Sandbox
from bot.sandbox.telegram.messages import Message
from bot.telegram_api import TelegramBot
from core.access import Member
from core.database import Database
from core.inbox import keep, list_waiting
from tests.bot.platforms.telegram.phones import BOB, CAROL, DANA, fetch
from tests.cast import rows

LINE = "inline_keyboard"


class Chat:
    """A chat of Dana, Bob and Carol in which the bot is not."""

    def __init__(self, sandbox: Sandbox, bot: TelegramBot, ground: Ground) -> None:
        self.world, self.bot, self.ground = sandbox.telegram, bot, ground
        dispatcher = Dispatcher(ground.database, COMMANDS, clock=ground.clock)
        self.platform = TelegramPlatform(bot, dispatcher, ground)
        self.room = self.world.add_room("Parents", owner_id=DANA, with_bot=False).id
        for person in (BOB, CAROL):
            self.world.add_member(self.room, person)

    async def handle(self) -> None:
        """Everything that came in."""
        arrivals = [arrival_of(one) for one in await fetch(self.bot)]
        await self.ground.database.write(lambda s: keep(s, arrivals, now=self.ground.clock()))
        waiting = await self.ground.database.read(lambda s: list_waiting(s, limit=100))
        for row in waiting:
            await self.platform.handle(row)

    async def ask(self, who: int, text: str = "") -> str:
        query = self.world.ask_inline(who, text)
        await self.handle()
        return query

    async def post(self, who: int = DANA) -> str:
        """The id of the card that `who` posts."""
        posted = self.world.choose(who, await self.ask(who), "0", self.room)
        assert posted.inline_id is not None
        return posted.inline_id

    def card(self, inline_id: str) -> Message:
        found = self.world.inline_message(inline_id)
        assert found is not None
        return found

    async def tap(self, who: int, inline_id: str, data: str | None = None) -> tuple[str, str]:
        """What they are told in passing, and the address that is opened."""
        line = data or self.card(inline_id).buttons()[0]["callback_data"]
        number = self.world.tap_inline(who, inline_id, line)
        await self.handle()
        (answer,) = self.world.answers(number)
        return answer.text or "", answer.url or ""


@pytest.fixture
async def chat(
    sandbox: Sandbox, bot: TelegramBot, sqlite_database: Database
) -> AsyncIterator[Chat]:
    chat = Chat(sandbox, bot, Ground(sqlite_database))
    await chat.platform.start()
    chat.world.press_start(DANA)
    chat.world.say(DANA, DANA, "/newgroup Tigers")
    await chat.handle()
    yield chat
    await chat.platform.stop()


async def test_dana_is_offered_her_group_and_nothing_is_cached_for_others(chat: Chat) -> None:
    query = chat.world.inline_queries[await chat.ask(DANA, "tig")]
    assert query.results is not None
    assert [one["text"].split(".")[0][-8:-1] for one in query.results.values()] != []
    assert query.settings["is_personal"] is True
    assert query.button is None


async def test_a_stranger_gets_nothing_but_a_way_to_start(chat: Chat) -> None:
    query = chat.world.inline_queries[await chat.ask(BOB, "tigers")]
    assert query.results == {}
    assert query.button == {"text": "Found a group first", "start_parameter": "inline"}


async def test_people_join_in_that_chat_and_the_card_counts_them(chat: Chat) -> None:
    card = await chat.post()
    text, url = await chat.tap(BOB, card)
    assert "You are in" in text
    assert url.endswith("?start=joined")
    await chat.tap(CAROL, card)
    shown = chat.card(card).text
    assert shown is not None
    assert shown.endswith("2 people have joined")
    members = await rows(chat.ground.database, Member)
    assert len(members) == 3


async def test_a_second_tap_says_so_and_leaves_the_card(chat: Chat) -> None:
    card = await chat.post()
    await chat.tap(BOB, card)
    before = chat.card(card)
    text, _ = await chat.tap(BOB, card)
    assert "already a member" in text
    assert chat.card(card) == before


@pytest.mark.attack(40)
@pytest.mark.parametrize("data", ["/members", "/revoke all", "/come nothing", "junk", "x" * 64])
async def test_a_forged_button_changes_no_card(chat: Chat, data: str) -> None:
    card = await chat.post()
    before = chat.card(card)
    text, _ = await chat.tap(BOB, card, data)
    assert text
    assert chat.card(card) == before


async def test_odd_queries_are_answered_too(chat: Chat) -> None:
    for text in ('"', "“", "ttl=", "x" * 256, "/", "\u202e", "a\nb"):
        query = chat.world.inline_queries[await chat.ask(DANA, text)]
        assert query.results is not None, text


async def test_a_card_posted_into_our_own_chat_is_not_answered(chat: Chat) -> None:
    query = await chat.ask(DANA)
    before = len(chat.world.messages(DANA))
    chat.world.post(DANA, DANA, text="Dana invites", options=_via(chat))
    await chat.handle()
    assert query
    assert len(chat.world.messages(DANA)) == before + 1


def _via(chat: Chat) -> dict[str, object]:
    bot = chat.world.bot
    return {"via_bot": {"id": bot.id, "is_bot": True, "first_name": bot.first_name}}
