"""What comes with a message besides its text: a number of the sender's own, and files."""

from __future__ import annotations

import aiohttp
import structlog
from telegram import Contact, Message
from telegram.constants import ChatType
from telegram.error import TelegramError

from bot.command import Attachment
from bot.shared_contacts import SharedContact, email_in, line_for
from bot.telegram_api import READ_TIMEOUT_S, TelegramBot
from core.contacts.guest_files import MOST_BYTES
from core.events.spots import Spot

log = structlog.get_logger(__name__)


def own_phone(message: Message) -> str | None:
    """The number of a contact that is the sender themselves: anybody else's proves nothing."""
    contact, user = message.contact, message.from_user
    is_private = message.chat.type == ChatType.PRIVATE
    if contact is None or user is None or contact.user_id != user.id or not is_private:
        return None
    return f"+{contact.phone_number.removeprefix('+')}"


def contact_line(contact: Contact) -> str:
    """Somebody else's contact, shared with us, is put on a guest list."""
    name = " ".join(filter(None, (contact.first_name, contact.last_name)))
    number = f"+{contact.phone_number.removeprefix('+')}"
    return line_for([SharedContact(name, number, email_in(contact.vcard))])


def spot_of(message: Message) -> Spot | None:
    """The place of the message, or of the one that it answers. What moves is no place."""
    for one in (message, message.reply_to_message):
        if one is None or one.location is None or one.location.live_period:
            continue
        venue, degrees = one.venue, (one.location.latitude, one.location.longitude)
        return Spot(*degrees, venue.title, venue.address) if venue is not None else Spot(*degrees)
    return None


def attachment_of(message: Message) -> Attachment | None:
    """The file of the message, or of the one that it answers."""
    answered = message.reply_to_message
    document = message.document or (answered.document if answered else None)
    if document is None:
        return None
    return Attachment(document.file_id, document.file_name or "", document.file_size)


async def download(bot: TelegramBot, attachment: Attachment) -> bytes | None:
    """None for a file of more than MOST_BYTES, or when Telegram does not hand it out. The reason
    goes to the log without the address, which holds the token.
    """
    if attachment.size is not None and attachment.size > MOST_BYTES:
        return None
    try:
        found = await bot.get_file(attachment.key)
        return await _fetch(found.file_path or "")
    except (TelegramError, aiohttp.ClientError, TimeoutError) as error:
        log.warning("a file was not handed out", reason=type(error).__name__)
        return None


async def _fetch(url: str) -> bytes | None:
    timeout = aiohttp.ClientTimeout(total=READ_TIMEOUT_S)
    async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url) as response:
        response.raise_for_status()
        kept = bytearray()
        async for chunk in response.content.iter_any():
            kept += chunk
            if len(kept) > MOST_BYTES:
                return None
    return bytes(kept)
