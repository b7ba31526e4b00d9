"""/role: what somebody may do."""

from __future__ import annotations

from bot.command import Call, Command, Reply
from bot.commands.target import target_group
from bot.commands.undoing import undo_row
from bot.commands.who import meant_member
from bot.texts import Verbatim, say
from bot.words import role_word
from core.access import Permission, Role, require
from core.errors import Invalid
from core.groups import Group
from core.groups.labels import read_role
from core.members.changes import change_role

USAGE = "who role"


def role(call: Call) -> Reply:
    """The role is the last word, in the group's own words or the canonical ones."""
    group = target_group(call)
    require(call.session, call.actor, Permission.CHANGE_ROLE, group)
    if not call.arguments.words:
        raise Invalid("missing", usage=Verbatim(f"/role {USAGE}"))
    *who, word = call.arguments.words
    new, label = _read(group, word, alone=not who)
    member = meant_member(
        call,
        group,
        permission=Permission.CHANGE_ROLE,
        words=tuple(who),
        again=f"/role {label or new.value}",
    )
    name, told = member.person.name, role_word(group.kind, new, label)
    change = change_role(
        call.session,
        call.actor,
        group=group,
        person_id=member.person_id,
        role=new,
        label=label,
        now=call.now,
    )
    if change is None:
        return Reply(
            say("{person} is {role} in {group} already.", person=name, role=told, group=group.name)
        )
    return Reply(
        say("{person} is now {role} in <b>{group}</b>.", person=name, role=told, group=group.name),
        (undo_row(change),),
        replaces=True,
    )


def _read(group: Group, word: str, *, alone: bool) -> tuple[Role, str | None]:
    """Raises Invalid; for a single word that is no role, since it is most likely a name."""
    try:
        return read_role(group.kind, word)
    except Invalid as refusal:
        if not alone:
            raise
        raise Invalid("role_missing", who=word, known=refusal.fields["known"]) from refusal


COMMANDS = (
    Command(
        "role",
        say("give a member another role"),
        role,
        usage=USAGE,
        permission=Permission.CHANGE_ROLE,
    ),
)
