"""Letting people in who asked, or not."""

from bot.sandbox.telegram.chats import Chat
from bot.sandbox.telegram.errors import bad_request
from bot.sandbox.telegram.methods.call import Call, Method, Params, chat, integer
from bot.sandbox.telegram.methods.places import administered, person_id

NO_RIGHT = "not enough rights to manage chat join requests"


def _waiting(call: Call) -> tuple[Chat, int]:
    found = administered(call, "can_invite_users", NO_RIGHT)
    user_id = person_id(call)
    if found.member(user_id).inside:
        raise bad_request("USER_ALREADY_PARTICIPANT")
    if user_id not in found.requests:
        raise bad_request("HIDE_REQUESTER_MISSING")
    return found, user_id


def approve_chat_join_request(call: Call) -> bool:
    """The requester becomes a member."""
    found, user_id = _waiting(call)
    link = found.requests[user_id].link
    call.world.let_in(found, user_id, by=call.world.bot.id, link=link, direct=link is None)
    return True


def decline_chat_join_request(call: Call) -> bool:
    """The requester stays outside and is not told."""
    found, user_id = _waiting(call)
    del found.requests[user_id]
    call.world.show_chat(found)
    return True


_WHO: Params = {"chat_id": chat, "user_id": integer}
METHODS = {
    "approveChatJoinRequest": Method(approve_chat_join_request, _WHO),
    "declineChatJoinRequest": Method(decline_chat_join_request, _WHO),
}
