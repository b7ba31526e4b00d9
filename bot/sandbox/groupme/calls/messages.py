"""Messages of a group, read and written as the token's user."""

from __future__ import annotations

from bot.sandbox.groupme import wire
from bot.sandbox.groupme.calls.call import Call, Done, Route
from bot.sandbox.groupme.errors import Refusal
from bot.sandbox.groupme.world import check_text

REMEMBERED_S = 60


def index(call: Call) -> Done:
    """Newest first, or with `after_id` oldest first. 304 when there is nothing."""
    posts = call.my_group().posts
    before, since, after = (call.query.get(f"{name}_id") for name in ("before", "since", "after"))
    if before:
        posts = [one for one in posts if int(one.id) < int(before)]
    if since or after:
        posts = [one for one in posts if int(one.id) > int(since or after or 0)]
    size = call.number("limit", 20)
    shown = posts[:size] if after else posts[::-1][:size]
    if not shown:
        return Done(None, 304)
    return Done({"count": len(posts), "messages": [wire.post(one) for one in shown]})


def create(call: Call) -> Done:
    """409 for a `source_guid` that was used within the last minute."""
    group, message = call.my_group(), call.part("message")
    guid = message.get("source_guid")
    if not isinstance(guid, str) or not guid:
        raise Refusal(400, "source_guid is required")
    attachments = message.get("attachments") or []
    text = check_text(message.get("text"), attachments)
    recent = (one for one in group.posts if one.created_at > call.world.now() - REMEMBERED_S)
    if any(one.source_guid == guid for one in recent):
        raise Refusal(409, "Duplicate source_guid")
    post = call.world.say(group, call.me.id, text, source_guid=guid, attachments=attachments)
    return Done({"message": wire.post(post)}, 201)


ROUTES = (
    Route("GET", "/groups/:group/messages", index),
    Route("POST", "/groups/:group/messages", create, changes=True),
)
