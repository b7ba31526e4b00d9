"""Telegram as a channel: a Notice as a message, and every refusal in the outbox's own terms."""

from __future__ import annotations

from telegram import LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.notices import Act, Notice
from bot.notices.forms import Deed
from bot.telegram_api import (
    PLATFORM,
    NotSentError,
    OutcomeUnknownError,
    TelegramBot,
    wait_of,
)
from bot.telegram_keyboard import inline_keyboard
from bot.texts import Reader
from core.retry import DeliveryError

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
# 400s that speak of the destination, not of the message: it is as gone as after a 403.
GONE = ("chat not found", "user not found", "group chat was deleted")
# A basic group knows no bans: who is put out of it is merely out.
NO_BANS = "available for supergroup and channel chats only"


class TelegramChannel:
    """`address` is a chat id; a private chat's is its person's."""

    def __init__(self, bot: TelegramBot) -> None:
        self._bot = bot

    async def send(self, address: str, notice: Notice, reader: Reader) -> str | None:
        """The message's id. Raises DeliveryError."""
        try:
            message = await self._bot.send_message(
                address,
                reader.html(notice.text),
                parse_mode=ParseMode.HTML,
                link_preview_options=NO_PREVIEW,
                reply_markup=inline_keyboard(notice.buttons, reader),
            )
        except TelegramError as error:
            raise delivery_error(error) from error
        return str(message.message_id)

    async def act(self, address: str, act: Act) -> None:
        """Put out, ban or let back in. Raises DeliveryError."""
        for platform, person in act.people:
            if platform != PLATFORM:
                continue
            try:
                await self._do(act.deed, int(address), int(person))
            except TelegramError as error:
                raise _repeatable(delivery_error(error)) from error

    async def _do(self, deed: Deed, chat_id: int, user_id: int) -> None:
        if deed is not Deed.UNBAN:
            await self._bot.ban_chat_member(chat_id, user_id)
        if deed is not Deed.BAN:  # to kick is to ban and to let back in
            try:
                await self._bot.unban_chat_member(chat_id, user_id, only_if_banned=True)
            except BadRequest as error:
                if NO_BANS not in error.message.casefold():
                    raise


def _repeatable(error: DeliveryError) -> DeliveryError:
    """An act that may have been done is simply done again."""
    return DeliveryError(error.reason) if error.uncertain else error


def delivery_error(error: TelegramError) -> DeliveryError:
    """What Telegram's refusal means for the delivery."""
    reason = error.message
    match error:
        case RetryAfter():
            return DeliveryError(reason, retry_after_s=wait_of(error))
        case ChatMigrated():
            return DeliveryError(reason, moved_to=str(error.new_chat_id))
        case Forbidden():
            return DeliveryError(reason, permanent=True, unreachable=True)
        case BadRequest():
            gone = any(words in error.message.casefold() for words in GONE)
            return DeliveryError(reason, permanent=True, unreachable=gone)
        case OutcomeUnknownError():
            return DeliveryError(reason, uncertain=True)
        case NotSentError() | NetworkError() | _:
            return DeliveryError(reason)
