"""Members: adding them, which takes a while, and removing them."""

from __future__ import annotations

import secrets
from typing import Any

from bot.sandbox.groupme import wire
from bot.sandbox.groupme.calls.call import Call, Done, Route
from bot.sandbox.groupme.errors import Refusal, not_found, unattested
from bot.sandbox.groupme.things import Group, Membership

# How often somebody asks for a result in vain.
NOT_READY_TIMES = 1


def add(call: Call) -> Done:
    """202 at once; who could not be added is simply absent from the results."""
    group = call.my_group()
    wanted = call.body.get("members")
    if not isinstance(wanted, list) or not wanted:
        raise Refusal(400, "members is required")
    if not call.world.open_to_apps:
        raise unattested()
    added = [one for one in (_add(call, group, each) for each in wanted) if one is not None]
    results_id = secrets.token_hex(8)
    call.world.results[results_id] = added
    call.world.waits[results_id] = NOT_READY_TIMES
    return Done({"results_id": results_id}, 202)


def results(call: Call) -> Done:
    """503 while it is not ready, 404 once it is forgotten."""
    results_id = call.path["results"]
    if results_id not in call.world.results:
        raise not_found()
    if call.world.waits[results_id] > 0:
        call.world.waits[results_id] -= 1
        raise Refusal(503, "not ready")
    found = call.world.results[results_id]
    return Done({"members": [wire.member(one) | {"guid": one.user_id} for one in found]})


def remove(call: Call) -> Done:
    """By the membership's id, not the user's. Who made the group stays."""
    group = call.my_group_to_run()
    found = [one for one in group.members.values() if one.id == call.path["membership"]]
    if not found:
        raise not_found()
    if found[0].user_id == group.creator_id:
        raise Refusal(400, "the creator cannot be removed")
    call.world.put_out(group, found[0].user_id)
    data = {"removed_user": {"id": int(found[0].user_id), "nickname": found[0].nickname}}
    text = f"{call.me.name} removed {found[0].nickname} from the group."
    call.world.announce(group, text, "membership.notifications.removed", **data)
    return Done({})


def _add(call: Call, group: Group, wanted: Any) -> Membership | None:
    user_id = str(wanted.get("user_id", "")) if isinstance(wanted, dict) else ""
    account = call.world.accounts.get(user_id)
    if account is None or account.blocks:
        return None
    member = call.world.put_in(group, account)
    users = [{"id": int(user_id), "nickname": account.name}]
    text = f"{call.me.name} added {account.name} to the group."
    call.world.announce(group, text, "membership.announce.added", added_users=users)
    return member


ROUTES = (
    Route("POST", "/groups/:group/members/add", add, changes=True),
    Route("GET", "/groups/:group/members/results/:results", results),
    Route("POST", "/groups/:group/members/:membership/remove", remove, changes=True),
)
