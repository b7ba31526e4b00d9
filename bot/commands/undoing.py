"""/undo: the way back from a change of role or a removal."""

from __future__ import annotations

from bot.command import Button, Call, Command, Reply
from bot.texts import Text, say
from bot.words import role_word
from core.access import Member, MemberState, Permission
from core.changes import MemberChange
from core.errors import Invalid
from core.undo import UNDO_WINDOW, undo_change


def undo(call: Call) -> Reply:
    """By whoever did it, or an owner, within ten minutes."""
    public_id = call.arguments.text()
    if not public_id:
        raise Invalid("missing", usage="/undo und_…")
    undone = undo_change(call.session, call.actor, public_id=public_id, now=call.now)
    return Reply(_restored(undone.member), replaces=True)


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
        usage="und_…",
        permission=Permission.CHANGE_ROLE,
    ),
)
