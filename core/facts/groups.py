"""What is recorded of groups as a whole."""

from __future__ import annotations

from core.facts.fact import Fact


class GroupMoved(Fact):
    """The group stands elsewhere, by which some have more rights in it and some fewer."""

    event_type = "group.moved"
    by_id: int
    parent_id: int | None
    gaining: list[int]
    losing: list[int]


class GroupArchived(Fact):
    """Nothing changes in the group any more, because it or one above it was archived."""

    event_type = "group.archived"


class GroupRestored(Fact):
    """It was taken out of the archive, or one above it was."""

    event_type = "group.restored"
