"""Telegram's news of who is where: members of rooms, requests to join, and our own standing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session
from telegram import (
    ChatInviteLink,
    ChatJoinRequest,
    ChatMember,
    ChatMemberAdministrator,
    ChatMemberRestricted,
    ChatMemberUpdated,
    Message,
    Update,
    User,
)

from bot.platforms.telegram.incoming import MASKS, sender_of
from bot.telegram_api import PLATFORM
from core.chats import Loss
from core.chats.knocks import Knock, Sighting, receive_knock, receive_sighting
from core.chats.occupants import Presence
from core.chats.standings import note_standing
from core.people import find_identity, note_reach

INSIDE = (ChatMember.OWNER, ChatMember.ADMINISTRATOR, ChatMember.MEMBER)


def note_update(session: Session, update: Update, *, bot_id: int, now: datetime) -> None:
    """Take in whichever of the three kinds of news the update brings."""
    if update.chat_join_request is not None:
        receive_knock(session, _knock(update.chat_join_request, bot_id), now=now)
    elif update.my_chat_member is not None:
        _note_own(session, update.my_chat_member, now)
    elif update.chat_member is not None:
        change = update.chat_member
        if not _is_nobody(change.new_chat_member.user):
            receive_sighting(session, _sighting(change, bot_id), now=now)


def note_newcomers(session: Session, message: Message, *, now: datetime) -> None:
    """A service message tells of comings and goings as well, with less detail."""
    for user in message.new_chat_members:
        _note_passing(session, message, user, Presence.IN, now)
    if message.left_chat_member is not None:
        _note_passing(session, message, message.left_chat_member, Presence.OUT, now)


def presence_of(member: ChatMember) -> Presence:
    """Whether Telegram counts them in: somebody restricted may be either."""
    if isinstance(member, ChatMemberRestricted):
        return Presence.IN if member.is_member else Presence.OUT
    if member.status in INSIDE:
        return Presence.IN
    return Presence.BANNED if member.status == ChatMember.BANNED else Presence.OUT


def loss_of(own: ChatMember) -> Loss | None:
    """What we lack, by what Telegram says of ourselves: an administrator who may invite lacks
    nothing.
    """
    if presence_of(own) is not Presence.IN:
        return Loss.REMOVED
    if isinstance(own, ChatMemberRestricted) and not own.can_send_messages:
        return Loss.MUTED
    may_invite = isinstance(own, ChatMemberAdministrator) and own.can_invite_users
    return None if may_invite else Loss.RIGHTS


def _note_own(session: Session, change: ChatMemberUpdated, now: datetime) -> None:
    if change.chat.type == change.chat.PRIVATE:
        _note_reach(session, change)
        return
    by = find_identity(session, platform=PLATFORM, address=str(change.from_user.id))
    note_standing(
        session,
        platform=PLATFORM,
        address=str(change.chat.id),
        loss=loss_of(change.new_chat_member),
        by=by.person if by else None,
        seen_at=change.date,
        now=now,
    )


def _note_reach(session: Session, change: ChatMemberUpdated) -> None:
    address = str(change.from_user.id)
    blocked = change.new_chat_member.status == ChatMember.BANNED
    lost = "blocked the bot" if blocked else None
    note_reach(session, platform=PLATFORM, address=address, lost=lost, said_at=change.date)


def _knock(request: ChatJoinRequest, bot_id: int) -> Knock:
    return Knock(
        platform=PLATFORM,
        room=str(request.chat.id),
        sender=sender_of(request.from_user),
        reply_address=str(request.user_chat_id),
        asked_at=request.date,
        link=_own_link(request.invite_link, bot_id),
    )


def _sighting(change: ChatMemberUpdated, bot_id: int) -> Sighting:
    return Sighting(
        platform=PLATFORM,
        room=str(change.chat.id),
        sender=sender_of(change.new_chat_member.user),
        presence=presence_of(change.new_chat_member),
        seen_at=change.date,
        by=str(change.from_user.id),
        link=_own_link(change.invite_link, bot_id),
    )


def _note_passing(
    session: Session, message: Message, user: User, presence: Presence, now: datetime
) -> None:
    if _is_nobody(user):
        return
    sighting = Sighting(
        platform=PLATFORM,
        room=str(message.chat.id),
        sender=sender_of(user),
        presence=presence,
        seen_at=message.date,
    )
    receive_sighting(session, sighting, now=now)


def _own_link(link: ChatInviteLink | None, bot_id: int) -> str | None:
    """The name of a link that we made. Anybody's link may have any name, and others' addresses are
    cut short, so both name and creator decide.
    """
    if link is None or link.creator.id != bot_id or not link.name:
        return None
    return link.name[:32]


def _is_nobody(user: User) -> bool:
    return user.is_bot or user.id in MASKS
