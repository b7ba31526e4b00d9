"""A chat in full, as getChat tells of it."""

from typing import TYPE_CHECKING, Any

from bot.sandbox.telegram import rights
from bot.sandbox.telegram.chats import Chat
from bot.sandbox.telegram.people import User
from bot.sandbox.telegram.wire import private_chat, without_none

if TYPE_CHECKING:
    from bot.sandbox.telegram.state import State

Fields = dict[str, Any]


def full_chat(state: "State", room: Chat) -> Fields:
    """ChatFullInfo of a group, as an administrator with every right sees it."""
    primary = next(
        (
            link.url
            for link in room.links.values()
            if link.is_primary and not link.is_revoked and link.creator_id == state.bot.id
        ),
        None,
    )
    allowed = dict.fromkeys(rights.PERMISSIONS, True) | {"can_change_info": False}
    return (
        {"id": room.id, "type": room.type, "title": room.title, "permissions": allowed}
        | _FULL_DEFAULTS
        | without_none(invite_link=primary)
    )


def full_private_chat(one: User) -> Fields:
    """ChatFullInfo of a person."""
    names = [one.username] if one.username else None
    return private_chat(one) | _FULL_DEFAULTS | without_none(active_usernames=names)


_FULL_DEFAULTS: Fields = {
    "accent_color_id": 0,
    "max_reaction_count": 11,
    "accepted_gift_types": {
        "unlimited_gifts": False,
        "limited_gifts": False,
        "unique_gifts": False,
        "premium_subscription": False,
        "gifts_from_channels": False,
    },
}
