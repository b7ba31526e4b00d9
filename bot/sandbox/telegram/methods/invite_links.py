"""Invite links of the bot."""

from typing import Any

from bot.sandbox.telegram import wire
from bot.sandbox.telegram.chats import Chat
from bot.sandbox.telegram.errors import bad_request
from bot.sandbox.telegram.links import InviteLink
from bot.sandbox.telegram.methods.call import Call, Method, Params, boolean, chat, integer, string
from bot.sandbox.telegram.methods.places import administered

LONGEST_NAME = 32
MOST_MEMBERS = 99_999
NO_RIGHT = "not enough rights to manage chat invite link"


def _place(call: Call) -> Chat:
    return administered(call, "can_invite_users", NO_RIGHT)


def _terms(call: Call) -> dict[str, Any]:
    """The terms of a link, each within its bounds."""
    name, limit = call.text("name"), call.number("member_limit")
    expires, asks = call.number("expire_date"), call.flag("creates_join_request")
    if len(name) > LONGEST_NAME:
        raise bad_request("INVITE_LINK_NAME_TOO_LONG")
    if not 0 <= limit <= MOST_MEMBERS:
        raise bad_request("USAGE_LIMIT_INVALID")
    if limit and asks:
        raise bad_request(
            "member limit can't be specified for links requiring administrator approval"
        )
    if expires and expires <= call.world.now():
        raise bad_request("EXPIRE_DATE_INVALID")
    return {
        "name": name or None,
        "member_limit": limit or None,
        "expire_date": expires or None,
        "creates_join_request": asks,
    }


def _own_link(call: Call, found: Chat) -> InviteLink:
    link = found.links.get(call.text("invite_link"))
    if link is None or link.creator_id != call.world.bot.id:
        raise bad_request("INVITE_HASH_INVALID")
    return link


def create_chat_invite_link(call: Call) -> dict[str, Any]:
    """A further link with its own terms."""
    found = _place(call)
    link = call.world.add_link(found.id, call.world.bot.id, **_terms(call))
    return wire.invite_link(call.world, link)


def edit_chat_invite_link(call: Call) -> dict[str, Any]:
    """New terms for a link of the bot's own, but for the primary one."""
    found = _place(call)
    link = _own_link(call, found)
    if link.is_primary:
        raise bad_request("INVITE_PRIMARY_IMMUTABLE")
    if link.is_revoked:
        raise bad_request("INVITE_HASH_EXPIRED")
    for name, value in _terms(call).items():
        setattr(link, name, value)
    call.world.show_chat(found)
    return wire.invite_link(call.world, link)


def revoke_chat_invite_link(call: Call) -> dict[str, Any]:
    """End a link; the primary one is followed by a new one, which is then answered."""
    found = _place(call)
    link = _own_link(call, found)
    if link.is_revoked:
        raise bad_request("INVITE_HASH_EXPIRED")
    link.is_revoked = True
    call.world.show_chat(found)
    if link.is_primary:
        link = call.world.add_link(found.id, call.world.bot.id, is_primary=True)
    return wire.invite_link(call.world, link)


def export_chat_invite_link(call: Call) -> str:
    """A new primary link; the previous one dies."""
    found = _place(call)
    for link in found.links.values():
        if link.is_primary and link.creator_id == call.world.bot.id:
            link.is_revoked = True
    return call.world.add_link(found.id, call.world.bot.id, is_primary=True).url


_TERMS: Params = {
    "chat_id": chat,
    "name": string,
    "expire_date": integer,
    "member_limit": integer,
    "creates_join_request": boolean,
}
_LINK: Params = {"chat_id": chat, "invite_link": string}
METHODS = {
    "createChatInviteLink": Method(create_chat_invite_link, _TERMS),
    "editChatInviteLink": Method(edit_chat_invite_link, _TERMS | _LINK),
    "revokeChatInviteLink": Method(revoke_chat_invite_link, _LINK),
    "exportChatInviteLink": Method(export_chat_invite_link, {"chat_id": chat}),
}
