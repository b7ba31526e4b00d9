"""python-telegram-bot's Bot drives the sandbox as it drives Telegram."""

from collections.abc import AsyncIterator

import pytest
from telegram import Bot, BotCommand, BotCommandScopeChat, ChatMemberOwner, Update
from telegram import InlineKeyboardButton as Button
from telegram import InlineKeyboardMarkup as Keyboard
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, RetryAfter

from bot.sandbox.server import Sandbox
from tests.bot.sandbox.client import BOB, DANA, PNG, ROOM, TOKEN, Client

CARD = Keyboard([[Button("Accept", callback_data="/accept abc"), Button("Open", url="t.me/x")]])


def _bot(sandbox: Sandbox, token: str = TOKEN) -> Bot:
    return Bot(token, base_url=f"{sandbox.url}/bot", base_file_url=f"{sandbox.url}/file/bot")


@pytest.fixture
async def bot(started: Client) -> AsyncIterator[Bot]:
    async with _bot(started.sandbox) as running:
        yield running


async def _next(bot: Bot) -> Update:
    [update] = await bot.get_updates(allowed_updates=Update.ALL_TYPES, timeout=5)
    await bot.get_updates(offset=update.update_id + 1)
    return update


async def test_it_knows_itself(bot: Bot) -> None:
    assert (bot.id, bot.username) == (1000000001, "usher_sandbox_bot")


async def test_a_card_is_sent_tapped_edited_and_answered(bot: Bot, sandbox: Sandbox) -> None:
    card = await bot.send_message(DANA, "<b>Join</b>?", parse_mode="HTML", reply_markup=CARD)
    number = sandbox.telegram.tap(DANA, DANA, card.message_id, "/accept abc")
    query = (await _next(bot)).callback_query
    assert query is not None
    assert query.data == "/accept abc"
    assert await query.answer("Welcome")
    await query.edit_message_text("You are in")
    assert sandbox.telegram.answers(number)[0].text == "Welcome"
    shown = sandbox.telegram.message(DANA, card.message_id)
    assert (shown.text, shown.reply_markup) == ("You are in", None)


async def test_a_photo_is_uploaded_and_downloaded(bot: Bot) -> None:
    sent = await bot.send_photo(DANA, PNG, caption="scan me", filename="qr.png")
    file = await sent.photo[-1].get_file()
    assert bytes(await file.download_as_bytearray()) == PNG


async def test_members_and_links(bot: Bot, sandbox: Sandbox) -> None:
    await bot.get_updates(allowed_updates=Update.ALL_TYPES)
    link = await bot.create_chat_invite_link(ROOM, name="Parents", creates_join_request=True)
    sandbox.telegram.open_link(BOB, link.invite_link)
    request = (await _next(bot)).chat_join_request
    assert request is not None
    assert await request.approve()
    assert (await bot.get_chat_member(ROOM, BOB)).status == "member"
    assert isinstance((await bot.get_chat_administrators(ROOM))[0], ChatMemberOwner)


async def test_commands_are_set_for_a_chat(bot: Bot) -> None:
    scope = BotCommandScopeChat(DANA)
    await bot.set_my_commands([BotCommand("invite", "Invite people")], scope=scope)
    assert (await bot.get_my_commands(scope=scope))[0].command == "invite"


async def test_refusals_become_its_exceptions(bot: Bot, sandbox: Sandbox) -> None:
    old = sandbox.telegram.add_room("Small", owner_id=DANA, kind="group", with_bot=True)
    new = sandbox.telegram.migrate(old.id)
    with pytest.raises(Forbidden, match="initiate conversation"):
        await bot.send_message(BOB, "hi")
    with pytest.raises(BadRequest, match="unclosed start tag at byte offset 3"):
        await bot.send_message(DANA, "hi <b", parse_mode="HTML")
    with pytest.raises(ChatMigrated) as caught:
        await bot.send_message(old.id, "hi")
    assert caught.value.new_chat_id == new.id


async def _flood(bot: Bot) -> None:
    for _ in range(4):
        await bot.send_message(DANA, "hi")


@pytest.mark.fault(31)
@pytest.mark.filterwarnings("ignore:.*timedelta:DeprecationWarning")
async def test_a_limit_becomes_retry_after(bot: Bot, started: Client) -> None:
    await started.play("limits", enabled=True)
    with pytest.raises(RetryAfter):
        await _flood(bot)


@pytest.mark.fault(40)
async def test_a_wrong_token_is_noticed(sandbox: Sandbox) -> None:
    stranger = _bot(sandbox, "1000000001:wrong")
    with pytest.raises(InvalidToken):
        await stranger.initialize()
    await stranger.shutdown()


async def test_polling_beside_a_webhook_is_a_conflict(bot: Bot) -> None:
    await bot.set_webhook("http://127.0.0.1:9/hook", secret_token="s")
    with pytest.raises(Conflict):
        await bot.get_updates()
    await bot.delete_webhook()
    assert (await bot.get_webhook_info()).url == ""
