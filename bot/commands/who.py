"""Who a command is about: named, mentioned, answered or chosen by a button; several: ask."""

from __future__ import annotations

from bot.command import Ask, Button, Call, Pick, Place, Reply
from bot.commands.target import BUTTON_BYTES
from bot.texts import Text, lines, say
from bot.words import role_word
from core.access import Member, MemberState, Permission, require
from core.errors import Invalid
from core.groups import Group
from core.names import clean_text
from core.people.who import Who, find_meant

WHOM = say("Whom do you mean? Choose them, or type it again with their @username or name.")

MORE = say("There are more of that name. Write more of it, or their @username.")


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

    Raises Ask with a button for each unless it is clear: it says `again` about that person. Who
    names nobody is asked for them.
    The person's number in it gives no right: it is looked up within the group like a name.
    """
    who = Who(
        person_id=call.arguments.number("person"),
        text=clean_text(" ".join(words)),
        about=call.incoming.about,
    )
    if who == Who():
        ask_for_people(call, group, permission=permission, again=again)
    meant = find_meant(
        call.session, call.actor, group=group, permission=permission, who=who, states=states
    )
    if meant.certain:
        return meant.members[0]
    buttons = tuple(_choice(row, group, again) for row in meant.members)
    asked = say("Whom in {group} do you mean?", group=group.name)
    raise Ask(Reply(lines(asked, MORE if meant.more else None), buttons))


def ask_for_people(
    call: Call,
    group: Group,
    *,
    permission: Permission,
    again: str,
    text: Text = WHOM,
    most: int = 1,
) -> None:
    """Raises Ask, which opens the platform's own list of people and goes on with `again`; nothing
    in a room, where there is no such list. Raises Forbidden, NotFound.
    """
    require(call.session, call.actor, permission, group)
    if call.incoming.room.place is Place.PRIVATE:
        label = say("Choose a person") if most == 1 else say("Choose people")
        raise Ask(Reply(text, pick=Pick(label, f"{again} group={group.id}", most)))


def _choice(member: Member, group: Group, again: str) -> tuple[Button, ...]:
    line = f"{again} person={member.person_id} group={group.id}"
    if len(line.encode()) > BUTTON_BYTES:
        raise Invalid("line_too_long", limit=BUTTON_BYTES)
    role = role_word(group.kind, member.role, member.label)
    return (Button(say("{person} ({role})", person=member.person.name, role=role), line),)
