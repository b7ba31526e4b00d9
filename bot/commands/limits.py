"""/limits: how many invites may be made; system admins change it for a group."""

from __future__ import annotations

from dataclasses import replace

from bot.command import Call, Command, Reply
from bot.commands.target import target_group
from bot.texts import lines, say
from core.access import Permission, require
from core.invites.limits import allowance_of, set_allowance

NUMBERS = ("short", "daily", "listed")


def limits(call: Call) -> Reply:
    """What counts for the group, after what was changed."""
    group = target_group(call)
    require(call.session, call.actor, Permission.INVITE, group)
    allowed = allowance_of(call.session, group)
    given = {name: call.arguments.number(name) for name in NUMBERS}
    wanted = replace(allowed, **{name: n for name, n in given.items() if n is not None})
    if wanted != allowed:
        set_allowance(call.session, call.actor, group=group, allowance=wanted, now=call.now)
    return Reply(
        lines(
            say("<b>How many invites to {group} may be made</b>", group=group.name),
            say("Within ten minutes: {count}", count=wanted.short),
            say("Within a day: {count}", count=wanted.daily),
            say("Within a day, from lists: {count}", count=wanted.listed),
            say("The same counts for each inviter, and for each who is invited."),
        )
    )


COMMANDS = (
    Command(
        "limits",
        say("how many invites may be made"),
        limits,
        usage="[short=30] [daily=200] [listed=500]",
        permission=Permission.INVITE,
        options=frozenset(NUMBERS),
    ),
)
