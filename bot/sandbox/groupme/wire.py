"""The emulated GroupMe as its API shows it. Ids are strings of digits, times Unix seconds."""

from __future__ import annotations

from typing import Any

from bot.sandbox.groupme.things import SYSTEM, Bot, DirectMessage, Group, Membership, Post

Fields = dict[str, Any]


def group(one: Group, *, with_members: bool = True) -> Fields:
    """A group; without its members `members` is null, which means not loaded."""
    last = one.posts[-1] if one.posts else None
    return {
        "id": one.id,
        "group_id": one.id,
        "name": one.name,
        "type": "private",
        "description": one.description,
        "image_url": None,
        "creator_user_id": one.creator_id,
        "created_at": one.created_at,
        "updated_at": last.created_at if last else one.created_at,
        "members": [member(each) for each in one.members.values()] if with_members else None,
        "members_count": len(one.members) if with_members else 0,
        "share_url": one.share_url,
        "messages": {
            "count": len(one.posts),
            "last_message_id": last and last.id,
            "last_message_created_at": last and last.created_at,
            "preview": {"nickname": last and last.name, "text": last and last.text},
        },
        "max_members": 5000,
    }


def member(one: Membership) -> Fields:
    return {
        "id": one.id,
        "user_id": one.user_id,
        "nickname": one.nickname,
        "name": one.nickname,
        "image_url": None,
        "muted": False,
        "autokicked": False,
        "roles": list(one.roles),
    }


def post(one: Post) -> Fields:
    """A message as it is read through the API, with its event."""
    shown = callback(one) | {"platform": "gm", "favorited_by": []}
    return shown | ({"event": one.event} if one.event else {})


def callback(one: Post) -> Fields:
    """A message as a bot's callback tells it: the event is missing there."""
    return {
        "id": one.id,
        "group_id": one.group_id,
        "user_id": one.user_id,
        "sender_id": one.user_id,
        "sender_type": one.sender_type,
        "name": one.name,
        "avatar_url": None,
        "text": one.text,
        "system": one.sender_type == SYSTEM,
        "created_at": one.created_at,
        "source_guid": one.source_guid,
        "attachments": list(one.attachments),
    }


def direct(one: DirectMessage) -> Fields:
    return {
        "id": one.id,
        "source_guid": one.source_guid,
        "sender_id": one.sender_id,
        "user_id": one.sender_id,
        "recipient_id": one.recipient_id,
        "conversation_id": "+".join(sorted((one.sender_id, one.recipient_id), key=int)),
        "sender_type": "user",
        "name": one.name,
        "avatar_url": None,
        "text": one.text,
        "created_at": one.created_at,
        "attachments": list(one.attachments),
        "favorited_by": [],
    }


def bot(one: Bot) -> Fields:
    return {
        "bot_id": one.bot_id,
        "group_id": one.group_id,
        "name": one.name,
        "avatar_url": None,
        "callback_url": one.callback_url,
        "dm_notification": False,
    }
