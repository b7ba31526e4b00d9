"""Telegram as a channel: messages and acts, and every refusal in the outbox's own terms."""

from __future__ import annotations

from contextlib import suppress

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.channels.telegram_doors import TelegramDoors
from bot.notices import (
    Admission,
    Deed,
    LinkEnd,
    LinkOrder,
    Notice,
    Rewrite,
    RoomBan,
    Telling,
)
from bot.telegram_api import (
    PLATFORM,
    NotSentError,
    OutcomeUnknownError,
    TelegramBot,
    wait_of,
)
from bot.telegram_keyboard import inline_keyboard
from bot.texts import Reader, say
from core.deliveries.errors import DeliveryError

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
# 400s that speak of the destination, not of the message: it is as gone as after a 403.
NOBODY_THERE = ("user not found",)
GONE = ("chat not found", "group chat was deleted", *NOBODY_THERE)
# A basic group knows no bans: who is put out of it is merely out.
NO_BANS = ("available for supergroup and channel chats only",)
# 400s that say: you lack a right there.
NOT_ALLOWED = ("not enough rights", "chat_admin_required")
# What they ask for is so already: somebody was quicker, here or in Telegram's own window.
DECIDED = ("hide_requester_missing", "user_already_participant")
REWRITTEN = ("not modified", "message to edit not found", "message can't be edited")


class TelegramChannel:
    """`address` is a chat id; a private chat's is its person's."""

    def __init__(self, bot: TelegramBot) -> None:
        self._bot = bot
        self._doors = TelegramDoors(bot)

    async def send(self, address: str, telling: Telling, reader: Reader) -> str | None:
        """The message's id, if there is a new one, or the link that was made. Raises
        DeliveryError.
        """
        try:
            match telling:
                case Notice():
                    return await self._say(address, telling, reader)
                case Rewrite():
                    await self._rewrite(address, telling, reader)
                case Admission():
                    await self._admit(address, telling)
                case RoomBan():
                    await self._ban(address, telling)
                case LinkOrder():
                    return await self._doors.make(int(address), telling)
                case LinkEnd():
                    await self._doors.end(int(address), telling)
        except TelegramError as error:
            raise _outcome(error, telling) from error
        return None

    async def _say(self, address: str, notice: Notice, reader: Reader) -> str:
        keyboard = inline_keyboard(notice.buttons, reader)
        url = await self._way_in(notice)
        if url is not None:
            label = reader.plain(say("Join the room"))
            keyboard = InlineKeyboardMarkup([[InlineKeyboardButton(label, url=url)]])
        message = await self._bot.send_message(
            int(address),
            reader.html(notice.text),
            parse_mode=ParseMode.HTML,
            reply_markup=keyboard,
            link_preview_options=NO_PREVIEW,
        )
        return str(message.message_id)

    async def _way_in(self, notice: Notice) -> str | None:
        if notice.door is not None:
            return await self._doors.shared(notice.door)
        if notice.entry is not None:
            with suppress(DeliveryError):
                return await self._doors.shared(notice.entry)
        return notice.url

    async def _rewrite(self, address: str, rewrite: Rewrite, reader: Reader) -> None:
        for message_id in rewrite.message_ids:
            try:
                await self._bot.edit_message_text(
                    reader.html(rewrite.text),
                    chat_id=int(address),
                    message_id=int(message_id),
                    parse_mode=ParseMode.HTML,
                    reply_markup=inline_keyboard(rewrite.buttons, reader),
                    link_preview_options=NO_PREVIEW,
                )
            except BadRequest as error:
                if not _says(error, REWRITTEN):
                    raise

    async def _admit(self, address: str, admission: Admission) -> None:
        answer = (
            self._bot.approve_chat_join_request
            if admission.let_in
            else self._bot.decline_chat_join_request
        )
        try:
            await answer(int(address), int(admission.who))
        except BadRequest as error:
            if not _says(error, DECIDED):
                raise

    async def _ban(self, address: str, ban: RoomBan) -> None:
        for platform, person in ban.people:
            if platform == PLATFORM:
                await self._do(ban.deed, int(address), int(person))

    async def _do(self, deed: Deed, room: int, user_id: int) -> None:
        if deed is not Deed.UNBAN:
            await self._bot.ban_chat_member(room, user_id)
        if deed is not Deed.BAN:  # to kick is to ban and to let back in
            try:
                await self._bot.unban_chat_member(room, user_id, only_if_banned=True)
            except BadRequest as error:
                if not _says(error, NO_BANS):
                    raise


def _outcome(error: TelegramError, telling: Telling) -> DeliveryError:
    """The same for what was to be told or done."""
    refusal = delivery_error(error)
    # Only words can arrive twice; to do the same again does nothing.
    refusal.uncertain = refusal.uncertain and isinstance(telling, Notice)
    if isinstance(telling, RoomBan) and isinstance(error, BadRequest):
        # It speaks of whom we put out, or of the right to do so: in the room itself all is well.
        refusal.lacks_rights = False
        refusal.unreachable = refusal.unreachable and not _says(error, NOBODY_THERE)
    return refusal


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
            return DeliveryError(
                reason,
                permanent=True,
                unreachable=_says(error, GONE),
                lacks_rights=_says(error, NOT_ALLOWED),
            )
        case OutcomeUnknownError():
            return DeliveryError(reason, uncertain=True)
        case NotSentError() | NetworkError() | _:
            return DeliveryError(reason)


def _says(error: BadRequest, phrases: tuple[str, ...]) -> bool:
    return any(phrase in error.message.casefold() for phrase in phrases)
