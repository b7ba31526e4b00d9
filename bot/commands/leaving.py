"""/leave: going."""

from __future__ import annotations

from bot.command import Ask, Button, Call, Command, Reply
from bot.commands.confirming import OPTION, seal
from bot.commands.target import target_group
from bot.texts import lines, say
from bot.words import role_word
from core.access import Member, Permission, Role
from core.groups import Group
from core.members import find_member, leave_group


def leave(call: Call) -> Reply:
    """The last owner can't. Who runs the group is asked first, since nobody else may be able to
    bring them back in their role.
    """
    group = target_group(call)
    member = find_member(call.session, person_id=call.actor.person.id, group_id=group.id)
    leave_group(call.session, call.actor, group=group, now=call.now)
    assert member is not None
    sealed = seal("leave", group.id, member.person_id, member.role)
    sure = call.arguments.option(OPTION)
    # A question in a room is in reach of everybody's thumbs: another's button asks anew.
    if sure != sealed and (sure is not None or member.role.rank >= Role.ADMIN.rank):
        raise Ask(_question(group, member, sealed))  # which takes back what was done
    return Reply(
        say("You have left {group}. An invite brings you back.", group=group.name), replaces=True
    )


def _question(group: Group, member: Member, sealed: str) -> Reply:
    role = role_word(group.kind, member.role, member.label)
    return Reply(
        lines(
            say("Leave <b>{group}</b>? You are {role} there.", group=group.name, role=role),
            say("An invite can bring you back, but perhaps not in that role."),
        ),
        ((Button(say("Leave"), f"/leave group={group.id} {OPTION}={sealed}"),),),
        replaces=True,
    )


COMMANDS = (Command("leave", say("leave the group"), leave, permission=Permission.LEAVE),)
