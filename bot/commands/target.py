"""Which group a command is about: the one it names, the room's, the current one, or ask."""

from __future__ import annotations

from bot.command import Ask, Button, Call, Place, Reply
from bot.texts import say
from bot.words import KINDS
from core.access import Member, standing
from core.chats import find_chat
from core.errors import Invalid, NotFound
from core.groups import Group, get_group
from core.members import list_memberships

BUTTON_BYTES = 64


def target_group(call: Call) -> Group:
    """The group that the command acts on. Raises NotFound, Invalid, or Ask when there are several.

    That the asker may do it there is left to the verb.
    """
    named = call.arguments.number("group")
    if named is not None:
        return get_group(call.session, named)
    if call.incoming.room.place is Place.ROOM:
        return _of_room(call)
    return _of_person(call)


def find_mine(call: Call, name: str) -> list[Member]:
    """The asker's groups of that name, slug or number."""
    wanted = name.casefold().removeprefix("#")
    return [
        membership
        for membership in list_memberships(call.session, call.actor.person.id)
        if wanted
        in (
            membership.group.name.casefold(),
            membership.group.slug,
            str(membership.group_id),
        )
    ]


def group_buttons(memberships: list[Member], line: str) -> tuple[tuple[Button, ...], ...]:
    """A button per group that says `line` about it."""
    return tuple(
        (
            Button(
                say(
                    "{group} ({kind})",
                    group=membership.group.name,
                    kind=KINDS[membership.group.kind],
                ),
                f"{line} group={membership.group_id}",
            ),
        )
        for membership in memberships
    )


def _of_room(call: Call) -> Group:
    room = call.incoming.room
    chat = find_chat(call.session, platform=room.platform, address=room.address)
    if chat is None:
        raise NotFound("room_unbound")
    return chat.group


def _of_person(call: Call) -> Group:
    memberships = list_memberships(call.session, call.actor.person.id)
    current = call.actor.person.current_group_id
    for membership in memberships:
        if membership.group_id == current or len(memberships) == 1:
            return membership.group
    if current is not None and standing(call.session, call.actor, get_group(call.session, current)):
        return get_group(call.session, current)
    if not memberships:
        raise Invalid("no_group")
    raise Ask(_which(call, memberships))


def _which(call: Call, memberships: list[Member]) -> Reply:
    line = call.incoming.line
    longest = max(len(f"{line} group={row.group_id}".encode()) for row in memberships)
    if longest <= BUTTON_BYTES:
        return Reply(say("Which group?"), group_buttons(memberships, line))
    return Reply(
        say("Which group? Choose it, then type that again."), group_buttons(memberships, "/group")
    )
