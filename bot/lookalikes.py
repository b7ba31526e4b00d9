"""A word of warning where a group looks like another one that the reader knows."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.texts import Text, say
from core.groups import Group
from core.members.footholds import find_lookalikes


def warn_of_lookalikes(session: Session, person_id: int, group: Group) -> Text | None:
    """Tells the group from the one that the person could mistake it for, by their numbers."""
    others = find_lookalikes(session, person_id, group=group)
    if not others:
        return None
    return say(
        "Mind: {group} (#{id}) looks like your group {other} (#{other_id}), but is another one.",
        group=group.name,
        id=group.id,
        other=others[0].group.name,
        other_id=others[0].group_id,
    )
