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

from bot.notices import Notice
from bot.telegram_api import NotSentError, OutcomeUnknownError, TelegramBot, wait_of
from bot.texts import Reader
from core.retry import DeliveryError

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
# 400s that speak of the destination, not of the message: it is as gone as after a 403.
GONE = ("chat not found", "user not found", "group chat was deleted")


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
            )
        except TelegramError as error:
            raise delivery_error(error) from error
        return str(message.message_id)


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
