"""Groups: listing, reading, making, changing."""

from __future__ import annotations

from bot.sandbox.groupme import wire
from bot.sandbox.groupme.calls.call import Call, Done, Route, text_of
from bot.sandbox.groupme.errors import unattested

LONGEST_NAME = 140
LONGEST_DESCRIPTION = 255


def me(call: Call) -> Done:
    return Done({"id": call.me.id, "user_id": call.me.id, "name": call.me.name})


def index(call: Call) -> Done:
    """The groups that the token's user is in, the latest first, ten a page."""
    with_members = "memberships" not in call.query.get("omit", "")
    mine = [one for one in call.world.groups.values() if call.me.id in one.members]
    mine.sort(key=lambda one: int(one.posts[-1].id if one.posts else one.id), reverse=True)
    size, page = call.number("per_page", 10), int(call.query.get("page", "1"))
    shown = mine[(page - 1) * size : page * size]
    return Done([wire.group(one, with_members=with_members) for one in shown])


def show(call: Call) -> Done:
    return Done(wire.group(call.my_group()))


def create(call: Call) -> Done:
    name = text_of(call.body, "name", LONGEST_NAME)
    if not call.world.open_to_apps:
        raise unattested()
    group = call.world.add_group(name, call.me.id, share=bool(call.body.get("share")))
    return Done(wire.group(group), 201)


def update(call: Call) -> Done:
    group = call.my_group_to_run()
    if "name" in call.body:
        group.name = text_of(call.body, "name", LONGEST_NAME)
    if "description" in call.body:
        group.description = text_of(call.body, "description", LONGEST_DESCRIPTION)
    if call.body.get("share") is not None and bool(call.body["share"]) != bool(group.share_token):
        call.world.share(group.id, on=bool(call.body["share"]))
    call.world.show(group)
    return Done(wire.group(group))


ROUTES = (
    Route("GET", "/users/me", me),
    Route("GET", "/groups", index),
    Route("POST", "/groups", create, changes=True),
    Route("GET", "/groups/:group", show),
    Route("POST", "/groups/:group/update", update, changes=True),
)
