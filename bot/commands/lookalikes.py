"""A word of warning where a group looks like another one that the reader knows."""

from __future__ import annotations

from bot.command import Call
from bot.texts import Text, say
from core.footholds import find_lookalikes
from core.groups import Group


def lookalike_warning(call: Call, group: Group) -> Text | None:
    """Tells the group from the one that the asker could mistake it for, by their numbers."""
    others = find_lookalikes(call.session, call.actor.person.id, group=group)
    if not others:
        return None
    return say(
        "Mind: {group} (#{id}) looks like your group {other} (#{other_id}), but is another one.",
        group=group.name,
        id=group.id,
        other=others[0].group.name,
        other_id=others[0].group_id,
    )
