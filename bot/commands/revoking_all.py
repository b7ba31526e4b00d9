"""/revoke all: every open invite of a group, once it is confirmed."""

from __future__ import annotations

from bot.command import Button, Call, Reply
from bot.commands.confirming import OPTION, seal
from bot.commands.target import target_group
from bot.texts import say, say_many
from core.invites.revoking import count_open, revoke_all

ALL = "all"


def revoke_all_of(call: Call) -> Reply:
    """Says how many there are and asks; asks again when it is another number by then."""
    group = target_group(call)
    count = count_open(call.session, call.actor, group=group, now=call.now)
    if not count:
        return Reply(say("There are no open invites in {group}.", group=group.name), replaces=True)
    sealed = seal(ALL, group.id, count)
    if call.arguments.option(OPTION) != sealed:
        question = say_many(
            "Revoke {count} open invite to <b>{group}</b>? Its link opens nothing any more.",
            "Revoke all {count} open invites to <b>{group}</b>? Their links open nothing any more.",
            count,
            group=group.name,
        )
        line = f"/revoke {ALL} group={group.id} {OPTION}={sealed}"
        return Reply(question, ((Button(say("Revoke them"), line),),), replaces=True)
    revoked = revoke_all(call.session, call.actor, group=group, now=call.now)
    told = say_many(
        "{count} invite to {group} is revoked.",
        "{count} invites to {group} are revoked.",
        revoked,
        group=group.name,
    )
    return Reply(told, replaces=True)
