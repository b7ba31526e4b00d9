"""The emulated GroupMe as the page shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox.groupme.things import SYSTEM, Account, DirectMessage, Group, Post

if TYPE_CHECKING:
    from bot.sandbox.groupme.state import State

Fields = dict[str, Any]


def account(one: Account) -> Fields:
    return {"id": one.id, "name": one.name, "blocks": one.blocks}


def group(state: State, one: Group) -> Fields:
    return {
        "id": one.id,
        "name": one.name,
        "share_url": one.share_url,
        "members": [
            {"user_id": each.user_id, "nickname": each.nickname, "roles": each.roles}
            for each in one.members.values()
        ],
        "bots": [bot.name for bot in state.bots.values() if bot.group_id == one.id],
    }


def post(one: Post) -> Fields:
    return {
        "id": one.id,
        "group_id": one.group_id,
        "user_id": one.user_id,
        "sender_type": one.sender_type,
        "name": one.name,
        "text": one.text,
        "date": one.created_at,
        "service": one.sender_type == SYSTEM,
        "pictures": _pictures(one),
    }


def direct(one: DirectMessage) -> Fields:
    return {
        "id": one.id,
        "sender_id": one.sender_id,
        "recipient_id": one.recipient_id,
        "name": one.name,
        "text": one.text,
        "date": one.created_at,
        "pictures": _pictures(one),
    }


def _pictures(one: Post | DirectMessage) -> list[str]:
    return [str(item.get("url")) for item in one.attachments if item.get("type") == "image"]


def everything(state: State) -> Fields:
    """The GroupMe half of `GET /play/state`."""
    return {
        "club_id": state.club.id,
        "accounts": [account(one) for one in state.accounts.values()],
        "groups": [group(state, one) for one in state.groups.values()],
        "posts": [post(one) for each in state.groups.values() for one in each.posts],
        "direct": [direct(one) for one in state.direct],
    }
