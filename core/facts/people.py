"""What is recorded of persons, in no group."""

from __future__ import annotations

from core.facts.fact import Fact


class PersonLinked(Fact):
    """Two accounts became one person: the other accounts than the one that said so hear of it."""

    event_type = "person.linked"
    group_id: None = None  # type: ignore[assignment]  # it happens to a person, in no group
    merge_id: int
    identity_ids: list[int]
