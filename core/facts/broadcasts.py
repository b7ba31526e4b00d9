"""What is recorded of broadcasts."""

from __future__ import annotations

from core.facts.fact import Fact


class BroadcastSent(Fact):
    """One text to many: its messages are made by batches, from the audience that it keeps."""

    event_type = "broadcast.sent"
    bulk = True
    broadcast_id: int

    @property
    def subject(self) -> str:
        return f"broadcast:{self.broadcast_id}"


class BroadcastDone(Fact):
    """Nothing of it waits any more: its author hears what came of it."""

    event_type = "broadcast.done"
    broadcast_id: int
    person_id: int

    @property
    def subject(self) -> str:
        return f"broadcast:{self.broadcast_id}"
