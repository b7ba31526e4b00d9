"""The sandbox's people and rooms, and updates as they come off the wire."""

from __future__ import annotations

from typing import Any

from telegram import CallbackQuery, Message, Update

from bot.platforms.telegram.arrivals import ALLOWED_UPDATES
from bot.sandbox.server import Sandbox
from bot.telegram_api import TelegramBot

TOKEN = "1000000001:SANDBOX-tests-of-the-platform"
DANA, BOB, CAROL, ROOM = 101, 102, 103, -1001000000001


async def fetch(bot: TelegramBot) -> list[dict[str, Any]]:
    """The raw updates that wait, confirmed at once."""
    found = await bot.get_raw_updates(offset=None, timeout_s=0, allowed_updates=ALLOWED_UPDATES)
    if found:
        offset = found[-1]["update_id"] + 1
        await bot.get_raw_updates(offset=offset, timeout_s=0, allowed_updates=ALLOWED_UPDATES)
    return found


async def next_message(bot: TelegramBot) -> Message:
    """The last message that came in."""
    update = Update.de_json((await fetch(bot))[-1], bot)
    assert update.message is not None
    return update.message


async def press(
    bot: TelegramBot, sandbox: Sandbox, who: int, chat: int, line: str
) -> CallbackQuery:
    """`who` presses a button of the last message that we sent to the chat."""
    ours = [one for one in sandbox.telegram.messages(chat) if one.from_id == bot.id]
    sandbox.telegram.tap(who, chat, ours[-1].message_id, line)
    update = Update.de_json((await fetch(bot))[-1], bot)
    assert update.callback_query is not None
    return update.callback_query


def texts(sandbox: Sandbox, chat: int) -> list[str | None]:
    """What we said in the chat, as it reads there now; a photo by its caption."""
    said = sandbox.telegram.messages(chat)
    return [one.text or one.caption for one in said if one.from_id == sandbox.telegram.bot.id]
