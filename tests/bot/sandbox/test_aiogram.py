"""aiogram's Bot, which shares no code with python-telegram-bot, drives the same flows."""

from collections.abc import AsyncIterator

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.types import (
    BotCommand,
    BotCommandScopeChat,
    BufferedInputFile,
    ChatMemberMember,
    ChatMemberOwner,
    InaccessibleMessage,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Update,
)

from bot.sandbox.server import Sandbox
from tests.bot.sandbox.client import BOB, DANA, PNG, ROOM, TOKEN, Client

ACCEPT = InlineKeyboardButton(text="Accept", callback_data="/accept abc")
OPEN = InlineKeyboardButton(text="Open", url="https://t.me/x")
CARD = InlineKeyboardMarkup(inline_keyboard=[[ACCEPT, OPEN]])
KINDS = ["message", "callback_query", "chat_join_request", "chat_member"]


def _bot(sandbox: Sandbox, token: str = TOKEN) -> Bot:
    return Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(sandbox.url)))


@pytest.fixture
async def bot(started: Client) -> AsyncIterator[Bot]:
    running = _bot(started.sandbox)
    yield running
    await running.session.close()


async def _next(bot: Bot) -> Update:
    [update] = await bot.get_updates(allowed_updates=KINDS, timeout=5)
    await bot.get_updates(offset=update.update_id + 1)
    return update


async def test_it_knows_itself(bot: Bot) -> None:
    me = await bot.get_me()
    assert (me.id, me.username) == (1000000001, "usher_sandbox_bot")


async def test_a_card_is_sent_tapped_edited_and_answered(bot: Bot, sandbox: Sandbox) -> None:
    card = await bot.send_message(DANA, "<b>Join</b>?", parse_mode="HTML", reply_markup=CARD)
    number = sandbox.telegram.tap(DANA, DANA, card.message_id, "/accept abc")
    query = (await _next(bot)).callback_query
    assert query is not None
    assert query.data == "/accept abc"
    assert await query.answer("Welcome")
    assert query.message is not None
    assert not isinstance(query.message, InaccessibleMessage)
    await query.message.edit_text("You are in")
    assert sandbox.telegram.answers(number)[0].text == "Welcome"
    shown = sandbox.telegram.message(DANA, card.message_id)
    assert (shown.text, shown.reply_markup) == ("You are in", None)


async def test_a_photo_is_uploaded_and_downloaded(bot: Bot) -> None:
    sent = await bot.send_photo(DANA, BufferedInputFile(PNG, "qr.png"), caption="scan me")
    assert sent.photo is not None
    downloaded = await bot.download(sent.photo[-1])
    assert downloaded is not None
    assert downloaded.read() == PNG


async def test_members_and_links(bot: Bot, sandbox: Sandbox) -> None:
    await bot.get_updates(allowed_updates=KINDS)
    link = await bot.create_chat_invite_link(ROOM, name="Parents", creates_join_request=True)
    sandbox.telegram.open_link(BOB, link.invite_link)
    request = (await _next(bot)).chat_join_request
    assert request is not None
    assert await request.approve()
    assert isinstance(await bot.get_chat_member(ROOM, BOB), ChatMemberMember)
    assert isinstance((await bot.get_chat_administrators(ROOM))[0], ChatMemberOwner)


async def test_commands_are_set_for_a_chat(bot: Bot) -> None:
    scope = BotCommandScopeChat(chat_id=DANA)
    command = BotCommand(command="invite", description="Invite people")
    await bot.set_my_commands([command], scope=scope)
    assert (await bot.get_my_commands(scope=scope))[0].command == "invite"


async def test_refusals_become_its_exceptions(bot: Bot, sandbox: Sandbox) -> None:
    old = sandbox.telegram.add_room("Small", owner_id=DANA, kind="group", with_bot=True)
    new = sandbox.telegram.migrate(old.id)
    with pytest.raises(TelegramForbiddenError, match="initiate conversation"):
        await bot.send_message(BOB, "hi")
    with pytest.raises(TelegramBadRequest, match="Unclosed start tag at byte offset 3"):
        await bot.send_message(DANA, "hi <b", parse_mode="HTML")
    with pytest.raises(TelegramMigrateToChat) as caught:
        await bot.send_message(old.id, "hi")
    assert caught.value.migrate_to_chat_id == new.id


async def _flood(bot: Bot) -> None:
    for _ in range(4):
        await bot.send_message(DANA, "hi")


@pytest.mark.fault(31)
async def test_a_limit_becomes_retry_after(bot: Bot, started: Client) -> None:
    await started.play("limits", enabled=True)
    with pytest.raises(TelegramRetryAfter) as caught:
        await _flood(bot)
    assert caught.value.retry_after == 1


@pytest.mark.fault(40)
async def test_a_wrong_token_is_noticed(sandbox: Sandbox) -> None:
    stranger = _bot(sandbox, "1000000001:wrong")
    with pytest.raises(TelegramUnauthorizedError):
        await stranger.get_me()
    await stranger.session.close()


async def test_polling_beside_a_webhook_is_a_conflict(bot: Bot) -> None:
    await bot.set_webhook("http://127.0.0.1:9/hook", secret_token="s")
    with pytest.raises(TelegramConflictError):
        await bot.get_updates()
    await bot.delete_webhook()
    assert (await bot.get_webhook_info()).url == ""
