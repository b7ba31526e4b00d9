"""Telegram's messages and taps -> Incoming."""

from __future__ import annotations

import re

from telegram import CallbackQuery, Chat, Message, MessageEntity, User, UsersShared
from telegram.constants import ChatID, ChatType

from bot.arguments import command_of
from bot.command import Doubt, Incoming, Place, Room
from bot.platforms.telegram.enclosures import attachment_of, contact_line, own_phone, spot_of
from bot.telegram_api import PLATFORM
from core.people import Sender

PLACES = {
    ChatType.PRIVATE: Place.PRIVATE,
    ChatType.GROUP: Place.ROOM,
    ChatType.SUPERGROUP: Place.ROOM,
}
DEEP_LINK = re.compile(r"(?:https?://)?t\.me/(?P<bot>\w+)\?start=(?P<payload>[\w-]{1,64})")
# A place on the map is that of the event which it is sent for.
PLACE_SENT = "/event place=here"
# Telegram's stand-ins for somebody who does not show who they are.
MASKS = frozenset({ChatID.ANONYMOUS_ADMIN, ChatID.SERVICE_CHAT, ChatID.FAKE_CHANNEL})


def from_message(
    message: Message, *, bot_username: str, edited: bool = False, inbox_id: int | None = None
) -> Incoming | None:
    """What the message says to us: a line, people that somebody picked for us, or a number of
    their own. None when it is none of these or speaks to another bot.
    """
    user, room = message.from_user, _room(message.chat)
    if user is not None and room is not None and message.users_shared is not None:
        return _picked(sender_of(user), room, message.users_shared, inbox_id)
    line = _line(message, bot_username, room) if room is not None else None
    if user is None or room is None or line is None:
        return None
    if user.is_bot and not _is_masked(message):
        return None
    if message.via_bot is not None:  # posted for them by a bot: they have typed none of it
        return None
    spoken = command_of(line)
    mentioned = spoken[1] if spoken else None
    if mentioned is not None and mentioned.casefold() != bot_username.casefold():
        return None
    return Incoming(
        sender=sender_of(user),
        room=room,
        line=line,
        inbox_id=inbox_id,
        addressed=mentioned is not None,
        doubt=_doubt(message, edited=edited),
        about=_about(message),
        phone=own_phone(message),
        attachment=attachment_of(message),
        quoted=message.reply_to_message.text if message.reply_to_message else None,
        spot=spot_of(message),
        back={
            "chat": message.chat.id,
            "quoted": message.message_id if room.place is Place.ROOM else None,
        },
        said_at=message.date,
    )


def from_tap(query: CallbackQuery, *, inbox_id: int | None = None) -> Incoming | None:
    """The command that the pressed button carries. Telegram names who pressed it, even of
    somebody who writes anonymously. None for a button without a message of ours.
    """
    if query.message is None:
        return None
    room = _room(query.message.chat)
    if room is None:
        return None
    data = query.data or ""
    return Incoming(
        sender=sender_of(query.from_user),
        room=room,
        line=data if data.startswith("/") and len(data.encode()) <= 64 else "",
        inbox_id=inbox_id,
        pressed=True,
        back={"chat": query.message.chat.id, "card": query.message.message_id},
    )


def _picked(sender: Sender, room: Room, shared: UsersShared, inbox_id: int | None) -> Incoming:
    """Telegram leaves out the name of whom it does not want to name."""
    people = tuple(
        Sender(
            platform=PLATFORM,
            address=str(one.user_id),
            name=" ".join(filter(None, (one.first_name, one.last_name))),
            username=one.username,
        )
        for one in shared.users
    )
    return Incoming(
        sender=sender,
        room=room,
        line="",
        inbox_id=inbox_id,
        about=people[0] if len(people) == 1 else None,
        picked=people,
        pick=shared.request_id,
        back={"chat": int(room.address)},
    )


def _line(message: Message, bot_username: str, room: Room) -> str | None:
    """What is meant: a link of ours that is pasted into our own chat is as good as tapped. In
    private a number of one's own and a list in a file speak for themselves.
    """
    if own_phone(message) is not None:
        return "/phone"
    if message.contact is not None and room.place is Place.PRIVATE:
        return contact_line(message.contact)
    if message.document is not None and room.place is Place.PRIVATE:
        caption = message.caption or ""
        return caption if command_of(caption) else "/bulkinvite"
    if message.location is not None and _is_for_us(message, bot_username, room):
        return PLACE_SENT
    if message.text is None:
        return None
    text = _without_mention(message)
    pasted = DEEP_LINK.fullmatch(text.strip()) if room.place is Place.PRIVATE else None
    if pasted is None or pasted["bot"].casefold() != bot_username.casefold():
        return text
    return f"/start {pasted['payload']}"


def _is_for_us(message: Message, bot_username: str, room: Room) -> bool:
    """In a room people send places to each other: one that answers us is meant for us."""
    answered = message.reply_to_message
    if room.place is Place.PRIVATE or answered is None or answered.from_user is None:
        return room.place is Place.PRIVATE
    return (answered.from_user.username or "").casefold() == bot_username.casefold()


def _without_mention(message: Message) -> str:
    """The text without a mention that names no username: its name is not who it points at."""
    assert message.text is not None
    mention = _mention(message)
    if mention is None:
        return message.text
    units = message.text.encode("utf-16-le")  # Telegram counts in UTF-16 units
    start, end = 2 * mention.offset, 2 * (mention.offset + mention.length)
    return (units[:start] + units[end:]).decode("utf-16-le", "replace")


def _about(message: Message) -> Sender | None:
    mention, answered = _mention(message), message.reply_to_message
    if mention is not None and mention.user is not None:
        return sender_of(mention.user)
    if answered is None or answered.from_user is None or _is_masked(answered):
        return None
    # Whatever is written in a topic answers the message that opened it.
    if answered.from_user.is_bot or answered.forum_topic_created is not None:
        return None
    return sender_of(answered.from_user)


def _mention(message: Message) -> MessageEntity | None:
    mentions = (one for one in message.entities if one.type == MessageEntity.TEXT_MENTION)
    return next(mentions, None)


def sender_of(user: User) -> Sender:
    """The account as the core knows people."""
    return Sender(
        platform=PLATFORM,
        address=str(user.id),
        name=user.full_name,
        username=user.username,
        locale=user.language_code,
    )


def _room(chat: Chat) -> Room | None:
    place = PLACES.get(ChatType(chat.type)) if chat.type in set(ChatType) else None
    if place is None:
        return None
    title = chat.title or chat.full_name or str(chat.id)
    public = place is Place.ROOM and chat.username is not None
    return Room(PLATFORM, str(chat.id), title, place, chat.link if public else None)


def _doubt(message: Message, *, edited: bool) -> Doubt | None:
    if edited:
        return Doubt.EDITED
    if message.forward_origin is not None:
        return Doubt.FORWARDED
    return Doubt.ANONYMOUS if _is_masked(message) else None


def _is_masked(message: Message) -> bool:
    user = message.from_user
    return message.sender_chat is not None or (user is not None and user.id in MASKS)
