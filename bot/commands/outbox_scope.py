"""Whose messages /outbox and /drain are about: a group's, or for a system admin everybody's."""

from __future__ import annotations

from bot.command import Call, Place
from bot.commands.target import target_group
from bot.texts import Text, say
from core.groups import Group


def scope(call: Call) -> Group | None:
    """The group whose messages are meant; None is everybody's, for a system admin in private."""
    named = call.arguments.number("group")
    if named is None and call.actor.system_admin and call.incoming.room.place is Place.PRIVATE:
        return None
    return target_group(call)


def of_scope(group: Group | None) -> str:
    """What a button adds to mean the same messages again."""
    return f" group={group.id}" if group else ""


def title_of(group: Group | None) -> Text:
    if group is None:
        return say("<b>Messages of all groups</b>")
    return say("<b>Messages of {group}</b>", group=group.name)
