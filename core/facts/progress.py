"""What is recorded of deeds that take long, for the one message that shows how far they are."""

from __future__ import annotations

from enum import StrEnum

from core.facts.fact import Fact


class Long(StrEnum):
    """What takes long."""

    BROADCAST = "broadcast"
    IMPORT = "import"
    ROSTER = "roster"


class ProgressFact(Fact):
    """`about` is the number of the deed's own row, `person_id` who waits for it."""

    what: str
    about: int
    person_id: int

    @property
    def subject(self) -> str:
        return f"{self.what}:{self.about}"


class ProgressBegun(ProgressFact):
    """It is under way: whoever waits gets a message."""

    event_type = "progress.begun"


class ProgressMade(ProgressFact):
    """It has come further: that message is edited."""

    event_type = "progress.made"
