"""/undo: the way back from a change of role or a removal."""

from __future__ import annotations

from bot.command import Button, Call, Command, Reply
from bot.commands.guest_undo import PREFIX, undo_guests
from bot.commands.target import target_group
from bot.texts import Text, say
from bot.words import role_word
from core.access import Member, MemberState, Permission
from core.groups import Group
from core.members.changes import MemberChange
from core.members.undo import UNDO_WINDOW, list_undoable, undo_change


def undo(call: Call) -> Reply:
    """By whoever did it, or an owner, within ten minutes. Without a code: what there is to undo."""
    public_id = call.arguments.text()
    if not public_id:
        return _offer(call, target_group(call))
    if public_id.startswith(PREFIX):
        return undo_guests(call, public_id)
    undone = undo_change(call.session, call.actor, public_id=public_id, now=call.now)
    return Reply(_restored(undone.member), replaces=True)


def _offer(call: Call, group: Group) -> Reply:
    """The asker's latest changes, a button for each."""
    changes = list_undoable(call.session, call.actor, group=group, now=call.now)
    rows = tuple((_button(group, one),) for one in changes)
    return Reply(say("Which change in <b>{group}</b> shall I undo?", group=group.name), rows)


def _button(group: Group, change: MemberChange) -> Button:
    person, line = change.member.person.name, f"/undo {change.public_id}"
    match change.new_state:
        case MemberState.ACTIVE:
            role = role_word(group.kind, change.new_role, change.new_label)
            return Button(say("{person} became {role}", person=person, role=role), line)
        case MemberState.BANNED:
            return Button(say("{person} was banned", person=person), line)
        case _ if change.old_state is MemberState.BANNED:
            return Button(say("{person} is banned no more", person=person), line)
        case _:
            return Button(say("{person} was removed", person=person), line)


def _restored(member: Member) -> Text:
    name, group = member.person.name, member.group
    if member.state is MemberState.ACTIVE:
        return say(
            "Undone: {person} is {role} in <b>{group}</b> again.",
            person=name,
            role=role_word(group.kind, member.role, member.label),
            group=group.name,
        )
    if member.state is MemberState.BANNED:
        return say("Undone: {person} is banned from {group} again.", person=name, group=group.name)
    return say("Undone: {person} is not banned from {group}.", person=name, group=group.name)


def undo_row(change: MemberChange) -> tuple[Button, ...]:
    """The way back, below what was changed."""
    minutes = int(UNDO_WINDOW.total_seconds() // 60)
    return (Button(say("Undo ({minutes} min)", minutes=minutes), f"/undo {change.public_id}"),)


COMMANDS = (
    Command(
        "undo",
        say("undo a change of role or a removal"),
        undo,
        usage="[und_…]",
        permission=Permission.CHANGE_ROLE,
    ),
)
