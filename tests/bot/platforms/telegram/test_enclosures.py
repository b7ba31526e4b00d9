"""Files that people send: fetched within bounds, and nothing of the token is ever said."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from bot.command import Attachment, Incoming
from bot.platforms.telegram.enclosures import download
from bot.platforms.telegram.incoming import from_message
from bot.sandbox.server import Sandbox
from bot.telegram_api import TelegramBot
from core.contacts.guest_files import MOST_BYTES
from tests.bot.platforms.telegram.phones import DANA, ROOM, TOKEN, next_message


async def sent(
    bot: TelegramBot,
    sandbox: Sandbox,
    data: bytes = b"Dana,@dana",
    *,
    chat: int = DANA,
    caption: str | None = None,
) -> Incoming | None:
    """What is heard of a file that Dana sends."""
    sandbox.telegram.press_start(DANA)
    sandbox.telegram.attach(DANA, chat, name="list.csv", data=data, caption=caption)
    return from_message(await next_message(bot), bot_username=bot.username)


@pytest.mark.parametrize(
    ("caption", "line"),
    [(None, "/bulkinvite"), ("my team", "/bulkinvite"), ("/bulkinvite ttl=1h", None)],
)
async def test_a_file_in_private_is_a_list(
    bot: TelegramBot, sandbox: Sandbox, caption: str | None, line: str | None
) -> None:
    incoming = await sent(bot, sandbox, caption=caption)
    assert incoming is not None
    assert incoming.line == (line or caption)
    assert incoming.attachment is not None
    assert await download(bot, incoming.attachment) == b"Dana,@dana"


async def test_the_file_of_an_answered_message_counts_too(
    bot: TelegramBot, sandbox: Sandbox
) -> None:
    await sent(bot, sandbox)
    last = sandbox.telegram.messages(DANA)[-1]
    sandbox.telegram.say(DANA, DANA, "/bulkinvite", last.message_id)
    incoming = from_message(await next_message(bot), bot_username=bot.username)
    assert incoming is not None
    assert incoming.attachment is not None
    assert incoming.attachment.name == "list.csv"


async def test_a_file_in_a_room_is_talk_among_people(bot: TelegramBot, sandbox: Sandbox) -> None:
    sandbox.telegram.add_member(ROOM, DANA)
    sandbox.telegram.set_bot_status(ROOM, "administrator")
    assert await sent(bot, sandbox, chat=ROOM) is None


@pytest.mark.attack(52)
async def test_what_is_too_large_is_not_fetched(bot: TelegramBot, sandbox: Sandbox) -> None:
    incoming = await sent(bot, sandbox, b"x" * (MOST_BYTES + 1))
    assert incoming is not None
    assert incoming.attachment is not None
    assert await download(bot, incoming.attachment) is None
    unsaid = Attachment(incoming.attachment.key, "list.csv", None)
    assert await download(bot, unsaid) is None, "whatever its sender says of its size"


@pytest.mark.attack(60)
async def test_a_file_that_is_not_handed_out_leaves_no_token_in_the_log(
    bot: TelegramBot, sandbox: Sandbox
) -> None:
    with capture_logs() as logs:
        assert await download(bot, Attachment("gone", "list.csv", 9)) is None
    assert "not handed out" in str(logs)
    assert TOKEN not in str(logs)
