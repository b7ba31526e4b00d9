"""Who a command is about: named, mentioned, answered or chosen by a button; several: ask."""

from __future__ import annotations

from bot.command import Ask, Button, Call, Reply
from bot.commands.target import BUTTON_BYTES
from bot.texts import say
from bot.words import role_word
from core.access import Member, MemberState, Permission
from core.errors import Invalid
from core.groups import Group
from core.names import clean_text
from core.who import Who, find_meant


def meant_member(
    call: Call,
    group: Group,
    *,
    permission: Permission,
    words: tuple[str, ...],
    again: str,
    states: tuple[MemberState, ...] = (MemberState.ACTIVE,),
) -> Member:
    """The one member who is meant by `words`, or by whom the message points at.

    Raises Ask with a button for each unless it is clear: it says `again` about that person.
    The person's number in it gives no right: it is looked up within the group like a name.
    """
    who = Who(
        person_id=call.arguments.number("person"),
        text=clean_text(" ".join(words)),
        about=call.incoming.about,
    )
    meant = find_meant(
        call.session, call.actor, group=group, permission=permission, who=who, states=states
    )
    if meant.certain:
        return meant.members[0]
    buttons = tuple(_choice(row, group, again) for row in meant.members)
    raise Ask(Reply(say("Whom in {group} do you mean?", group=group.name), buttons))


def _choice(member: Member, group: Group, again: str) -> tuple[Button, ...]:
    line = f"{again} person={member.person_id} group={group.id}"
    if len(line.encode()) > BUTTON_BYTES:
        raise Invalid("line_too_long", limit=BUTTON_BYTES)
    role = role_word(group.kind, member.role, member.label)
    return (Button(say("{person} ({role})", person=member.person.name, role=role), line),)
