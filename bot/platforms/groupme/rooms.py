"""A group of GroupMe's as the core knows rooms."""

from __future__ import annotations

from bot.groupme_calls import RemoteGroup, room_address
from core.chats.provisioning import RemoteRoom


def remote_room(group: RemoteGroup) -> RemoteRoom:
    """With the accounts that run it there."""
    leaders = frozenset(
        one.user_id for one in group.members or () if one.leads or one.user_id == group.creator_id
    )
    return RemoteRoom(room_address(group.id), group.name, group.share_url, leaders)
