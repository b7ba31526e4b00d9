"""What is recorded of guest lists."""

from __future__ import annotations

from core.facts.fact import Fact


class GuestAnswered(Fact):
    """A guest said whether they come, or somebody who may said it for them. The group is the
    event, `status` what came of it: a yes may have to wait.
    """

    event_type = "guest.answered"
    guest_id: int
    status: str
    plus_ones: int


class ImportDone(Fact):
    """A long list is in, of which somebody was told that it would take a while."""

    event_type = "guests.imported"
    person_id: int
    import_id: int

    @property
    def subject(self) -> str:
        return f"import:{self.import_id}"
