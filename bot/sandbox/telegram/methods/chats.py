"""What the bot may learn about chats."""

from typing import Any

from bot.sandbox.telegram import wire, wire_chats
from bot.sandbox.telegram.chats import Member
from bot.sandbox.telegram.errors import bad_request
from bot.sandbox.telegram.methods.call import Call, Method, boolean, chat, integer
from bot.sandbox.telegram.methods.places import chat_id, person_id, private, room


def get_chat(call: Call) -> dict[str, Any]:
    """ChatFullInfo."""
    if chat_id(call) > 0:
        return wire_chats.full_private_chat(private(call))
    return wire_chats.full_chat(call.world, room(call))


def get_chat_member(call: Call) -> dict[str, Any]:
    """One account's standing; those who were never there have left."""
    user_id = person_id(call)
    if chat_id(call) > 0:
        if user_id not in (private(call).id, call.world.bot.id):
            raise bad_request("user not found")
        return wire.member(call.world, Member(user_id, "member"))
    return wire.member(call.world, room(call).member(user_id))


def get_chat_administrators(call: Call) -> list[dict[str, Any]]:
    """Owner and administrators: of the bots only this one."""
    if chat_id(call) > 0:
        private(call)
        raise bad_request("there are no administrators in the private chat")
    present = room(call).present()
    return [wire.member(call.world, one) for one in present if one.leads]


def get_chat_member_count(call: Call) -> int:
    """How many are in a chat, the bot included."""
    if chat_id(call) > 0:
        private(call)
        return 2
    return len(room(call).present())


METHODS = {
    "getChat": Method(get_chat, {"chat_id": chat}, changes=False),
    "getChatMember": Method(get_chat_member, {"chat_id": chat, "user_id": integer}, changes=False),
    "getChatAdministrators": Method(
        get_chat_administrators, {"chat_id": chat, "return_bots": boolean}, changes=False
    ),
    "getChatMemberCount": Method(get_chat_member_count, {"chat_id": chat}, changes=False),
}
