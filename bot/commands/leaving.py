"""/leave: going."""

from __future__ import annotations

from bot.command import Call, Command, Reply
from bot.commands.target import target_group
from bot.texts import say
from core.access import Permission
from core.members import leave_group


def leave(call: Call) -> Reply:
    """The last owner can't."""
    group = target_group(call)
    leave_group(call.session, call.actor, group=group, now=call.now)
    return Reply(say("You have left {group}. An invite brings you back.", group=group.name))


COMMANDS = (Command("leave", say("leave the group"), leave, permission=Permission.LEAVE),)
