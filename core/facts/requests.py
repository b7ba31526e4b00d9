"""What is recorded of requests to join."""

from __future__ import annotations

from core.facts.fact import Fact


class RequestFact(Fact):
    """Something about a request to join; `request` is its public id."""

    request: str

    @property
    def subject(self) -> str:
        return self.request


class RequestMade(RequestFact):
    """Somebody knocked at a room's door, and an admin has to decide."""

    event_type = "request.made"


class RequestWaits(RequestFact):
    """Nobody has decided for a day."""

    event_type = "request.waits"


class RequestQuestioned(RequestFact):
    """An admin wants to know more from who asked."""

    event_type = "request.questioned"
    by_id: int


class RequestAnswered(RequestFact):
    """Who asked has told more about themselves."""

    event_type = "request.answered"


class RequestDecided(RequestFact):
    """The platform is to open the door, or to turn them away."""

    event_type = "request.decided"
    let_in: bool


class RequestSettled(RequestFact):
    """Nothing is left to decide, whoever did it: what admins were shown of it is out of date."""

    event_type = "request.settled"
