"""Cards in other people's chats: inline queries and taps <-> Incoming and Reply."""

from __future__ import annotations

import re

import structlog
from telegram import (
    CallbackQuery,
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError

from bot.command import Card, Incoming, Place, Reply, Room
from bot.commands.start import INLINE
from bot.dispatch import Answer
from bot.platforms.telegram.incoming import sender_of
from bot.telegram_api import PLATFORM, TelegramBot
from bot.telegram_keyboard import inline_keyboard
from bot.texts import Reader, say
from core.names import cut

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
# What is offered is one person's and out of date when they become an admin somewhere.
CACHE_S = 5
PASSING_LIMIT = 200
SIGNS = re.compile(r"[^\w\s-]")

log = structlog.get_logger(__name__)


def elsewhere(address: str) -> Room:
    """A chat that we are not in; all that Telegram tells of it is the card."""
    return Room(PLATFORM, address, "", Place.ELSEWHERE)


def from_query(query: InlineQuery, *, inbox_id: int | None = None) -> Incoming:
    """`@bot tigers` in any chat is `/offer tigers`. Signs mean nothing there."""
    words = SIGNS.sub(" ", query.query)
    return Incoming(
        sender=sender_of(query.from_user),
        room=elsewhere(query.id),
        line=f"/offer {words}",
        inbox_id=inbox_id,
    )


def from_card_tap(query: CallbackQuery, *, inbox_id: int | None = None) -> Incoming | None:
    """The command of a card's button; None where no card of ours was tapped."""
    if query.inline_message_id is None:
        return None
    data = query.data or ""
    return Incoming(
        sender=sender_of(query.from_user),
        room=elsewhere(query.inline_message_id),
        line=data if data.startswith("/") and len(data.encode()) <= 64 else "",
        inbox_id=inbox_id,
        pressed=True,
    )


async def answer_query(bot: TelegramBot, query: InlineQuery, answer: Answer) -> None:
    """Offer the cards; to somebody who has none, a way to a chat with us and nothing else."""
    reader = answer.reader
    results = [_result(number, card, reader) for number, card in enumerate(answer.reply.cards)]
    start = InlineQueryResultsButton(
        reader.plain(say("Found a group first")), start_parameter=INLINE
    )
    try:
        await bot.answer_inline_query(
            query.id,
            results,
            cache_time=CACHE_S,
            is_personal=True,
            button=None if results else start,
        )
    except BadRequest as error:  # they have typed on, and wait for this answer no more
        log.info("an inline query was not answered", reason=error.message)


async def answer_card_tap(bot: TelegramBot, query: CallbackQuery, answer: Answer) -> None:
    """Tell who tapped, and show on the card how it stands now."""
    await _tell(bot, query, answer)
    if answer.reply.replaces and not answer.reply.refused:
        await _show(bot, query, answer)


async def _tell(bot: TelegramBot, query: CallbackQuery, answer: Answer) -> None:
    reply, reader = answer.reply, answer.reader
    said = reply.text if reply.refused else reply.passing
    text = cut(reader.plain(said), PASSING_LIMIT) if said is not None else None
    url = f"https://t.me/{bot.username}?start={reply.opens}" if reply.opens else None
    try:
        await bot.answer_callback_query(query.id, text=text, show_alert=True, url=url)
    except TelegramError as error:  # most often "query is too old": the spinner stopped by itself
        log.info("a tap was not answered in passing", reason=str(error))


async def _show(bot: TelegramBot, query: CallbackQuery, answer: Answer) -> None:
    reply: Reply = answer.reply
    try:
        await bot.edit_message_text(
            answer.reader.html(reply.text),
            inline_message_id=query.inline_message_id,
            parse_mode=ParseMode.HTML,
            reply_markup=inline_keyboard(reply.buttons, answer.reader),
            link_preview_options=NO_PREVIEW,
        )
    except BadRequest as error:  # somebody else's tap may have shown the same before
        log.info("a card was not changed", reason=error.message)


def _result(number: int, card: Card, reader: Reader) -> InlineQueryResultArticle:
    return InlineQueryResultArticle(
        str(number),
        reader.plain(card.title),
        InputTextMessageContent(
            reader.html(card.text), parse_mode=ParseMode.HTML, link_preview_options=NO_PREVIEW
        ),
        reply_markup=inline_keyboard(((card.button,),), reader),
        description=reader.plain(card.hint),
    )
