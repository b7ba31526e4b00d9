"""Who hears of a group that moved, or was put away."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlalchemy.orm import Session

from core.deliveries.fanning import Destination, Route
from core.facts.fact import Fact
from core.facts.groups import GroupArchived, GroupMoved, GroupRestored
from core.routing.ways import private, rooms


def _movers(kind: str, people_of: Callable[[GroupMoved], list[int]]) -> Route:
    def route(session: Session, fact: Fact) -> Iterable[Destination]:
        assert isinstance(fact, GroupMoved)
        return private(session, people_of(fact), kind)

    return route


ROUTES: dict[type[Fact], tuple[Route, ...]] = {
    GroupMoved: (
        _movers("move_gain", lambda fact: fact.gaining),
        _movers("move_loss", lambda fact: fact.losing),
    ),
    GroupArchived: (rooms("archived"),),
    GroupRestored: (rooms("restored"),),
}
