"""A word of warning where a group looks like another one that the asker knows."""

from __future__ import annotations

from bot.command import Call
from bot.lookalikes import warn_of_lookalikes
from bot.texts import Text
from core.groups import Group


def lookalike_warning(call: Call, group: Group) -> Text | None:
    """Tells the group from the one that the asker could mistake it for."""
    return warn_of_lookalikes(call.session, call.actor.person.id, group)
