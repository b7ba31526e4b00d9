"""Direct messages of the token's user."""

from __future__ import annotations

from bot.sandbox.groupme import wire
from bot.sandbox.groupme.calls.call import Call, Done, Route
from bot.sandbox.groupme.errors import Refusal
from bot.sandbox.groupme.world import check_text

PAGE = 20


def chats(call: Call) -> Done:
    """The conversations, that with the latest message first."""
    latest: dict[str, dict[str, object]] = {}
    for message in reversed(call.world.direct):
        if call.me.id in (message.sender_id, message.recipient_id):
            mine = message.sender_id == call.me.id
            other = message.recipient_id if mine else message.sender_id
            user = {"id": other, "name": call.world.account(other).name}
            latest.setdefault(other, {"other_user": user, "last_message": wire.direct(message)})
    size, page = call.number("per_page", 10), int(call.query.get("page", "1"))
    return Done(list(latest.values())[(page - 1) * size : page * size])


def index(call: Call) -> Done:
    """Newest first, twenty at most. 304 when there is nothing."""
    other = call.query.get("other_user_id", "")
    between = [
        one for one in call.world.direct if {one.sender_id, one.recipient_id} == {other, call.me.id}
    ]
    if since := call.query.get("since_id"):
        between = [one for one in between if int(one.id) > int(since)]
    if before := call.query.get("before_id"):
        between = [one for one in between if int(one.id) < int(before)]
    if not between:
        return Done(None, 304)
    shown = [wire.direct(one) for one in between[::-1][:PAGE]]
    return Done({"count": len(between), "direct_messages": shown})


def create(call: Call) -> Done:
    """403 for somebody who does not want to hear of us."""
    message = call.part("direct_message")
    recipient = call.world.account(str(message.get("recipient_id", "")))
    guid = message.get("source_guid")
    if not isinstance(guid, str) or not guid:
        raise Refusal(400, "source_guid is required")
    attachments = message.get("attachments") or []
    text = check_text(message.get("text"), attachments)
    if recipient.blocks:
        raise Refusal(403, "you cannot message this user")
    sent = call.world.write_directly(call.me.id, recipient.id, text, guid, attachments)
    return Done({"direct_message": wire.direct(sent)}, 201)


ROUTES = (
    Route("GET", "/chats", chats),
    Route("GET", "/direct_messages", index),
    Route("POST", "/direct_messages", create, changes=True),
)
