"""Which chat a call means, and whether the bot may do things there."""

from bot.sandbox.telegram.chats import Chat, Member
from bot.sandbox.telegram.errors import ApiError, bad_request, forbidden
from bot.sandbox.telegram.methods.call import Call
from bot.sandbox.telegram.people import GROUP_ANONYMOUS_BOT, User

# A join request opens the requester's private chat for this long (Bot API, ChatJoinRequest).
REQUEST_OPENS_CHAT_S = 300


def chat_id(call: Call) -> int:
    """The chat's number; 400 when it is missing or names no chat."""
    given = call.args.get("chat_id", "")
    if given == "":
        raise bad_request("chat_id is empty")
    if not isinstance(given, int) or given == 0:
        raise bad_request("chat not found")
    return given


def known_chat(call: Call) -> int:
    """A chat that the bot has met; 400 for others, 403 where it was put out."""
    number = chat_id(call)
    if number > 0:
        private(call)
    else:
        room(call)
    return number


def private(call: Call) -> User:
    """The person behind a private chat."""
    number = chat_id(call)
    if number == call.world.bot.id:
        raise forbidden("the bot can't send messages to the bot")
    found = call.world.people.get(number)
    if found is None:
        raise bad_request("chat not found")
    return found


def room(call: Call) -> Chat:
    """A group that the bot is in."""
    number = chat_id(call)
    found = call.world.rooms.get(number)
    if found is None or call.world.bot.id not in found.members:
        raise bad_request("chat not found")
    if found.migrated_to is not None:
        raise bad_request(
            "group chat was upgraded to a supergroup chat", migrate_to_chat_id=found.migrated_to
        )
    if found.member(call.world.bot.id).inside:
        return found
    raise _outside(found, found.member(call.world.bot.id))


def _outside(found: Chat, standing: Member) -> ApiError:
    if standing.status == "kicked":
        return forbidden(f"bot was kicked from the {found.label}")
    return forbidden(f"bot is not a member of the {found.label}")


def group_only(call: Call) -> Chat:
    """A group; 400 for a private chat."""
    if chat_id(call) > 0:
        private(call)
        raise bad_request("method is available for supergroup and channel chats only")
    return room(call)


def administered(call: Call, right: str, complaint: str) -> Chat:
    """A group where the bot holds `right`; otherwise 400 with the complaint."""
    found = group_only(call)
    if not found.member(call.world.bot.id).may(right):
        raise bad_request(complaint)
    return found


def writable(call: Call, kind: str = "text messages") -> int:
    """A chat that the bot may write to now."""
    number = chat_id(call)
    if number > 0:
        _writable_private(call, private(call))
        return number
    standing = room(call).member(call.world.bot.id)
    if standing.status == "restricted" and not standing.rights.get("can_send_messages", False):
        raise bad_request(f"not enough rights to send {kind} to the chat")
    return number


def _writable_private(call: Call, one: User) -> None:
    if one.blocked:
        raise forbidden("bot was blocked by the user")
    if one.started:
        return
    requests = [r.requests[one.id] for r in call.world.rooms.values() if one.id in r.requests]
    if all(call.world.now() > asked.date + REQUEST_OPENS_CHAT_S for asked in requests):
        raise forbidden("bot can't initiate conversation with a user")


def person_id(call: Call) -> int:
    """The `user_id` of an existing account."""
    number = call.number("user_id")
    if number <= 0:
        raise bad_request("invalid user_id specified")
    if number not in {call.world.bot.id, GROUP_ANONYMOUS_BOT.id, *call.world.people}:
        raise bad_request("user not found")
    return number
