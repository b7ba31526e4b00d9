"""Putting people out of Telegram rooms, as deliveries of the outbox."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from telegram.error import BadRequest

from bot.channels.telegram import TelegramChannel, delivery_error
from bot.command import Button
from bot.notices import Deed, Notice, RoomBan
from bot.sandbox.server import Sandbox
from bot.telegram_api import OutcomeUnknownError, TelegramBot, make_bot
from bot.texts import Reader, say
from core.deliveries.errors import DeliveryError
from tests.bot.sandbox.client import BOB, DANA, ROOM, TOKEN

READER = Reader("en", "UTC")
KICK = RoomBan(Deed.KICK, (("telegram", "1"),))


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    running = Sandbox(TOKEN)
    await running.start()
    running.telegram.set_bot_status(ROOM, "administrator", by=DANA)
    yield running
    await running.stop()


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[TelegramBot]:
    async with make_bot(TOKEN, sandbox.url) as running:
        yield running


def status(sandbox: Sandbox) -> str:
    return sandbox.telegram.live_room(ROOM).member(BOB).status


async def act(bot: TelegramBot, deed: Deed, user_id: int = BOB) -> None:
    channel = TelegramChannel(bot)
    people = (("groupme", "77"), ("telegram", str(user_id)))
    await channel.send(str(ROOM), RoomBan(deed, people), READER)


@pytest.mark.parametrize(("deed", "left"), [(Deed.KICK, "left"), (Deed.BAN, "kicked")])
async def test_a_deed_done_twice_is_done_once(
    sandbox: Sandbox, bot: TelegramBot, deed: Deed, left: str
) -> None:
    for _ in range(2):
        await act(bot, deed)
        assert status(sandbox) == left


async def test_who_is_let_back_in_may_come_and_who_is_there_stays(
    sandbox: Sandbox, bot: TelegramBot
) -> None:
    before = status(sandbox)
    await act(bot, Deed.UNBAN)
    assert status(sandbox) == before
    await act(bot, Deed.BAN)
    await act(bot, Deed.UNBAN)
    assert status(sandbox) == "left"


async def test_the_room_s_owner_is_never_put_out(bot: TelegramBot) -> None:
    with pytest.raises(DeliveryError, match="chat owner") as refusal:
        await act(bot, Deed.BAN, DANA)
    assert refusal.value.permanent


class Basic:
    """A bot in a basic group, which knows no bans, over a line that broke or not."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.asked: list[tuple[str, int, int]] = []

    async def ban_chat_member(self, chat_id: int, user_id: int) -> bool:
        self.asked.append(("ban", chat_id, user_id))
        return True

    async def unban_chat_member(self, chat_id: int, user_id: int, *, only_if_banned: bool) -> bool:
        self.asked.append(("unban", chat_id, user_id))
        raise self.error


async def test_out_of_a_basic_group_is_simply_out() -> None:
    error = BadRequest("Method is available for supergroup and channel chats only")
    basic = Basic(error)
    await TelegramChannel(basic).send("-5", KICK, READER)  # type: ignore[arg-type]
    assert basic.asked == [("ban", -5, 1), ("unban", -5, 1)]


@pytest.mark.fault(33)
async def test_a_deed_of_unknown_outcome_is_done_again() -> None:
    error = OutcomeUnknownError("no answer in time")
    assert delivery_error(error).uncertain
    channel = TelegramChannel(Basic(error))  # type: ignore[arg-type]
    with pytest.raises(DeliveryError) as refusal:
        await channel.send("-5", KICK, READER)
    assert not refusal.value.uncertain


async def test_a_notice_carries_its_buttons(sandbox: Sandbox, bot: TelegramBot) -> None:
    sandbox.telegram.press_start(DANA)
    button = Button(say("Accept"), "/transfer take=trf_abcdefgh")
    sent = await TelegramChannel(bot).send(str(DANA), Notice(say("Well?"), ((button,),)), READER)
    assert sent is not None
    sandbox.telegram.tap(DANA, DANA, int(sent), "/transfer take=trf_abcdefgh")
