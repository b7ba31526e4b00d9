"""Who hears of what became of a guest list."""

from __future__ import annotations

from core.deliveries.fanning import Route
from core.facts.fact import Fact
from core.facts.guests import GuestAnswered, ImportDone
from core.routing.ways import person


def _author(fact: Fact) -> int:
    assert isinstance(fact, ImportDone)
    return fact.person_id


ROUTES: dict[type[Fact], tuple[Route, ...]] = {
    GuestAnswered: (),  # told outside alone: of its own people the cards tell
    ImportDone: (person("guests_imported", _author),),
}
