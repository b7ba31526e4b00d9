"""/bind and /unbind: tying a room to a group, so that welcomes go there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.command import Ask, Call, Command, Incoming, Outside, Place, Reply
from bot.commands.target import Choice, find_mine, group_buttons
from bot.texts import Text, lines, say
from core.access import Member, Permission, allows, standing
from core.chats import Loss, bind_chat, find_chat, unbind_chat
from core.chats.standings import check_room
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.groups import Group, get_group
from core.members import list_memberships

IN_ROOM = frozenset({Place.ROOM})


@dataclass(frozen=True, slots=True)
class Found:
    """Whether the platform counts the asker among the room's administrators, and what we lack."""

    runs_room: bool
    loss: Loss | None


async def ask_who_runs_it(outside: Outside, incoming: Incoming) -> Found | None:
    """None when the platform gives no answer."""
    if incoming.room.place is not Place.ROOM:
        return Found(runs_room=False, loss=None)
    runs_room = await outside.runs_room(incoming.room, incoming.sender)
    if runs_room is None:
        return None
    if not runs_room:
        return Found(runs_room=False, loss=None)
    return Found(runs_room=True, loss=await outside.loss_in(incoming.room))


def bind(call: Call) -> Reply:
    """Ties this room to the group that is named, or to the only one the asker runs."""
    room, found = call.incoming.room, call.prepared
    if not isinstance(found, Found):
        raise Conflict("platform_silent", room=room.title)
    if not found.runs_room:
        raise Forbidden("not_room_admin", room=room.title)
    group = _group_to_bind(call)
    chat = bind_chat(
        call.session,
        call.actor,
        group=group,
        platform=room.platform,
        address=room.address,
        title=room.title,
        runs_room=found.runs_room,
        share_url=room.share_url,
        now=call.now,
    )
    lacks_rights = check_room(call.session, call.actor, chat, loss=found.loss, now=call.now)
    return Reply(
        lines(
            say("This room now belongs to <b>{group}</b>.", group=group.name),
            say("I will welcome new members here. /invite brings in the first."),
            _missing_rights() if lacks_rights else None,
        ),
        replaces=True,
    )


def unbind(call: Call) -> Reply:
    """Unties this room."""
    room = call.incoming.room
    group = unbind_chat(
        call.session, call.actor, platform=room.platform, address=room.address, now=call.now
    )
    return Reply(
        say("This room no longer belongs to {group}. /bind ties it again.", group=group.name)
    )


def _missing_rights() -> Text:
    return say(
        "I lack rights here: make me an administrator who may invite people. Until then I can’t"
        " answer those who ask to join, nor see who comes and goes."
    )


def _group_to_bind(call: Call) -> Group:
    number, name = call.arguments.number("group"), call.arguments.text()
    if number is not None:
        return get_group(call.session, number)
    room = call.incoming.room
    tied = find_chat(call.session, platform=room.platform, address=room.address)
    mine: Sequence[Choice] = find_mine(call, name) if name else _bindable(call)
    if tied is not None and standing(call.session, call.actor, tied.group) is None:
        raise Conflict("room_taken")
    if tied is not None and not name:
        return tied.group
    if not mine:
        raise NotFound("group_unknown") if name else Invalid("no_group")
    if len(mine) > 1:
        raise Ask(Reply(say("Which group is this room's?"), group_buttons(mine, "/bind")))
    return mine[0].group


def _bindable(call: Call) -> list[Member]:
    mine = list_memberships(call.session, call.actor.person.id)
    return [row for row in mine if allows(row.role, Permission.BIND_CHAT)] or mine


COMMANDS = (
    Command(
        "bind",
        say("tie this room to your group"),
        bind,
        usage="[group]",
        places=IN_ROOM,
        permission=Permission.BIND_CHAT,
        anywhere=True,
        prepare=ask_who_runs_it,
    ),
    Command(
        "unbind",
        say("untie this room from its group"),
        unbind,
        places=IN_ROOM,
        permission=Permission.BIND_CHAT,
    ),
)
