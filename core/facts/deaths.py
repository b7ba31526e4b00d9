"""What is recorded of messages that were given up."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from core.facts.fact import Fact


class DeathCause(BaseModel):
    """Messages given up for one reason; `channel` is empty where there was nothing to send yet."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")
    channel: str
    reason: str
    count: int


class DeliveriesDied(Fact):
    """Messages of the group, or with `everywhere` of several groups, were given up."""

    event_type = "deliveries.died"
    person_ids: list[int]
    causes: list[DeathCause]
    everywhere: bool

    @property
    def subject(self) -> str:
        return "deaths:all" if self.everywhere else f"deaths:{self.group_id}"
