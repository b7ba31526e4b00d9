"""/blocked: who shall not ask one to come in again."""

from __future__ import annotations

from bot.command import Button, Call, Command, Place, Reply
from bot.texts import Prose, Text, lines, say
from core.errors import Invalid
from core.invites.blocks import InviteBlock, block_all, block_group_of, list_blocks, unblock

ADD, ALL, UNDO = "add", "all", "undo"


def blocked(call: Call) -> Reply:
    """The list; the buttons below cards and list add and undo."""
    match call.arguments.words:
        case ():
            return _list(call)
        case (word, public_id) if word == ADD:
            block_group_of(call.session, call.actor, public_id=public_id, now=call.now)
            return _list(call)
        case (word,) if word == ALL:
            block_all(call.session, call.actor, now=call.now)
            return _list(call)
        case (word, number) if word == UNDO and number.isascii() and number.isdigit():
            unblock(call.session, call.actor, block_id=int(number[:18]))
            return _list(call)
    raise Invalid("no_such_block")


def _list(call: Call) -> Reply:
    kept = list_blocks(call.session, call.actor)
    everybody = any(one.group_id is None for one in kept)
    more = () if everybody else ((Button(say("No invites from anybody"), f"/blocked {ALL}"),),)
    return Reply(_told(kept), (*map(_undo, kept), *more), replaces=True)


def _told(kept: list[InviteBlock]) -> Prose:
    if not kept:
        return say("Anybody who knows you may send you invites.")
    return lines(
        say("You get no invites from:"),
        *(say("• {group}", group=_name(one)) for one in kept),
        say("Who invites you is not told. A link that you open yourself still works."),
    )


def _undo(one: InviteBlock) -> tuple[Button, ...]:
    return (Button(say("Allow {group}", group=_name(one)), f"/blocked {UNDO} {one.id}"),)


def _name(one: InviteBlock) -> Text | str:
    return one.group.name if one.group else say("anybody")


COMMANDS = (
    Command(
        "blocked",
        say("whose invites you don't want"),
        blocked,
        places=frozenset({Place.PRIVATE}),
    ),
)
