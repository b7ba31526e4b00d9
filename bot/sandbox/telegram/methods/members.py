"""Throwing people out, and letting them back."""

from bot.sandbox.telegram.chats import Chat, Member
from bot.sandbox.telegram.errors import bad_request
from bot.sandbox.telegram.methods.call import Call, Method, boolean, chat, integer
from bot.sandbox.telegram.methods.places import administered, person_id

NO_RIGHT = "not enough rights to restrict/unrestrict chat member"
SHORTEST_BAN_S = 30
LONGEST_BAN_S = 366 * 24 * 3600


def _until(call: Call) -> int:
    """Shorter than 30 seconds or longer than 366 days is for ever, which is 0."""
    until = call.number("until_date")
    ahead = until - call.world.now()
    return until if SHORTEST_BAN_S <= ahead <= LONGEST_BAN_S else 0


def _removable(call: Call) -> tuple[Chat, int]:
    found = administered(call, "can_restrict_members", NO_RIGHT)
    user_id = person_id(call)
    standing = found.member(user_id)
    if user_id == call.world.bot.id:
        raise bad_request("can't restrict self")
    if standing.status == "creator":
        raise bad_request("can't remove chat owner")
    if standing.status == "administrator":
        raise bad_request("user is an administrator of the chat")
    return found, user_id


def ban_chat_member(call: Call) -> bool:
    """Out, and not back by a link until `until_date` (Unix seconds)."""
    found, user_id = _removable(call)
    call.world.ban_member(found.id, user_id, by=call.world.bot.id, until=_until(call))
    return True


def unban_chat_member(call: Call) -> bool:
    """May come back; without `only_if_banned` somebody who is there is removed too."""
    found, user_id = _removable(call)
    standing = found.member(user_id)
    if standing.inside and not call.flag("only_if_banned"):
        call.world.remove_member(found.id, user_id, by=call.world.bot.id)
    elif standing.status == "kicked":
        call.world.change_member(found, Member(user_id, "left"), by=call.world.bot.id)
    return True


METHODS = {
    "banChatMember": Method(
        ban_chat_member,
        {"chat_id": chat, "user_id": integer, "until_date": integer, "revoke_messages": boolean},
    ),
    "unbanChatMember": Method(
        unban_chat_member, {"chat_id": chat, "user_id": integer, "only_if_banned": boolean}
    ),
}
