"""Reply -> Bot API: new messages, cards that change in place, and words in passing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from telegram import (
    CallbackQuery,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MaybeInaccessibleMessage,
    Message,
    ReplyKeyboardMarkup,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, RetryAfter, TelegramError

from bot.charts import Chart, draw
from bot.command import Document, Picture, Reply
from bot.dispatch import Answer
from bot.platforms.telegram.lengths import split
from bot.telegram_api import NotSentError, TelegramBot, is_topic_gone, wait_of
from bot.telegram_keyboard import inline_keyboard, people_keyboard, phone_keyboard
from bot.texts import Reader
from core.events.spots import Spot
from core.model import Payload
from core.names import cut

PASSING_LIMIT = 200
LONGEST_WAIT_S = 30.0
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

T = TypeVar("T")
Buttons = InlineKeyboardMarkup | ReplyKeyboardMarkup | None

log = structlog.get_logger(__name__)


async def answer_message(bot: TelegramBot, message: Message, answer: Answer) -> None:
    """Say it in the chat that the message came from; in a room, as an answer to it."""
    quoted = None
    if message.chat.type != message.chat.PRIVATE:
        quoted = ReplyParameters(message.message_id, allow_sending_without_reply=True)
    await _send(bot, message.chat.id, answer, quoted=quoted)


async def answer_later(bot: TelegramBot, back: Payload, answer: Answer) -> None:
    """The same by the way back that was kept; too late for words in passing."""
    chat_id, card, quoted = back["chat"], back.get("card"), back.get("quoted")
    if card is not None and answer.reply.replaces and await _edit(bot, chat_id, card, answer):
        return
    reference = ReplyParameters(quoted, allow_sending_without_reply=True) if quoted else None
    await _send(bot, chat_id, answer, quoted=reference)


async def answer_tap(bot: TelegramBot, query: CallbackQuery, answer: Answer) -> None:
    """A refusal is told in passing, but in private one with buttons shows them; otherwise the card
    changes, or a new message follows, as it does for a refusal that came too late for passing.
    """
    told = await _tell_in_passing(bot, query, answer)
    if query.message is None or (told and _is_said_with_that(query.message, answer.reply)):
        return
    chat_id, card = query.message.chat.id, query.message.message_id
    if not (answer.reply.replaces and await _edit(bot, chat_id, card, answer)):
        await _send(bot, chat_id, answer, quoted=None)
    elif answer.reply.document is not None:  # which no edit can add
        await _send_document(bot, chat_id, answer.reply.document, answer.reader)


def _is_said_with_that(card: MaybeInaccessibleMessage, reply: Reply) -> bool:
    """In a room the card is everybody's: somebody's refusal does not change it."""
    if reply.brief:
        return True
    return reply.refused and (not reply.buttons or card.chat.type != card.chat.PRIVATE)


async def _tell_in_passing(bot: TelegramBot, query: CallbackQuery, answer: Answer) -> bool:
    """Stop the button's spinner, with the refusal if there is one. Whether that went well."""
    reply, refused = answer.reply, answer.reply.refused
    told = refused or reply.brief
    text = cut(answer.reader.plain(reply.text), PASSING_LIMIT) if told else None
    url = f"https://t.me/{bot.username}?start={reply.opens}" if reply.opens else None
    try:
        await _once_more(
            lambda: bot.answer_callback_query(query.id, text=text, show_alert=refused, url=url)
        )
    except TelegramError as error:  # most often "query is too old": the spinner stopped by itself
        log.info("a tap was not answered in passing", reason=str(error))
        return False
    return True


async def _send(
    bot: TelegramBot, chat_id: int, answer: Answer, *, quoted: ReplyParameters | None
) -> None:
    reply, reader = answer.reply, answer.reader
    *first, last = split(reader.html(reply.text))
    for piece in first:
        await _say(bot, chat_id, piece, quoted=quoted)
    buttons: Buttons = keyboard(reply, reader)
    if buttons is None and reply.pick is not None:
        buttons = people_keyboard(reply.pick, reader)
    elif reply.asks_phone:
        buttons = phone_keyboard(reader)
    await _say(bot, chat_id, last, quoted=quoted, buttons=buttons)
    if reply.picture is not None:
        await _send_picture(bot, chat_id, reply.picture, reader)
    if reply.document is not None:
        await _send_document(bot, chat_id, reply.document, reader)
    if reply.spot is not None:
        await _send_venue(bot, chat_id, reply.spot)


async def _say(
    bot: TelegramBot,
    chat_id: int,
    markup: str,
    *,
    quoted: ReplyParameters | None,
    buttons: Buttons = None,
) -> None:
    """In the topic of what it quotes, or in the general one where that topic is closed."""

    def send(reference: ReplyParameters | None) -> Awaitable[Message]:
        return bot.send_message(
            chat_id,
            markup,
            parse_mode=ParseMode.HTML,
            reply_markup=buttons,
            reply_parameters=reference,
            link_preview_options=NO_PREVIEW,
        )

    try:
        await _once_more(lambda: send(quoted))
    except BadRequest as error:
        if quoted is None or not is_topic_gone(error):
            raise
        await _once_more(lambda: send(None))


async def _send_picture(
    bot: TelegramBot, chat_id: int, picture: Picture | Chart, reader: Reader
) -> None:
    if isinstance(picture, Chart):  # to draw takes longer than others should wait
        png = await asyncio.to_thread(draw, picture, reader)
    else:
        png = picture.png
    await _once_more(
        lambda: bot.send_photo(
            chat_id,
            png,
            caption=reader.html(picture.caption),
            parse_mode=ParseMode.HTML,
            filename="invite.png",
        )
    )


async def _send_document(
    bot: TelegramBot, chat_id: int, document: Document, reader: Reader
) -> None:
    await _once_more(
        lambda: bot.send_document(
            chat_id,
            document.content,
            caption=reader.html(document.caption),
            parse_mode=ParseMode.HTML,
            filename=document.filename,
        )
    )


async def _send_venue(bot: TelegramBot, chat_id: int, spot: Spot) -> None:
    """Telegram wants a street too."""
    street = spot.address or f"{spot.latitude:.5f}, {spot.longitude:.5f}"
    await _once_more(
        lambda: bot.send_venue(chat_id, spot.latitude, spot.longitude, spot.title, street)
    )


async def _edit(bot: TelegramBot, chat_id: int, message_id: int, answer: Answer) -> bool:
    """Whether the card now shows the reply, which one that fills several messages can't."""
    markup, *more = split(answer.reader.html(answer.reply.text))
    if more:
        return False
    try:
        await _once_more(
            lambda: bot.edit_message_text(
                markup,
                chat_id=chat_id,
                message_id=message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=keyboard(answer.reply, answer.reader),
                link_preview_options=NO_PREVIEW,
            )
        )
    except BadRequest as error:
        return "not modified" in error.message.casefold()
    return True


def keyboard(reply: Reply, reader: Reader) -> InlineKeyboardMarkup | None:
    """The buttons as Telegram draws them, or None when there are none."""
    return inline_keyboard(reply.buttons, reader)


async def _once_more(call: Callable[[], Awaitable[T]]) -> T:
    """Make the call, and make it again where that can't say the same thing twice."""
    try:
        return await call()
    except RetryAfter as error:
        wait_s = wait_of(error)
        if wait_s > LONGEST_WAIT_S:
            raise
    except NotSentError:
        wait_s = 1.0
    await asyncio.sleep(wait_s)
    return await call()
