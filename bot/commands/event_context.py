"""Which event a command is about: the one that it names, the room's, or the current one."""

from __future__ import annotations

from bot.command import Call, Place
from bot.commands.target import current_group
from core.access import standing
from core.chats import find_chat
from core.errors import Invalid, NotFound
from core.events import find_event
from core.groups import Group, get_group


def event_group(call: Call) -> Group:
    group = context(call)
    if group is None:
        raise Invalid("which_event")
    if standing(call.session, call.actor, group) is None:
        raise NotFound("event_unknown")
    return group


def context(call: Call) -> Group | None:
    """What the command is about: the group it names, the room's, or the current one."""
    number = call.arguments.number("group")
    if number is not None:
        found = find_event(call.session, number)
        return found.group if found else _known_group(call, number)
    if call.incoming.room.place is Place.ROOM:
        return room_group(call)
    return current_group(call)


def _known_group(call: Call, number: int) -> Group:
    group = get_group(call.session, number)
    if standing(call.session, call.actor, group) is None:
        raise NotFound("group_unknown")
    return group


def room_group(call: Call) -> Group | None:
    room = call.incoming.room
    chat = find_chat(call.session, platform=room.platform, address=room.address)
    return chat.group if chat else None


def room_number(call: Call) -> int | None:
    if call.incoming.room.place is not Place.ROOM:
        return None
    group = room_group(call)
    return group.id if group else None


def zone_of(call: Call, group: Group | None) -> str:
    own = group.timezone if group is not None else None
    return own or call.actor.person.timezone or call.timezone
