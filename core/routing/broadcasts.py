"""Who hears of a broadcast: its audience by batches of its own, its author when it is done."""

from __future__ import annotations

from core.deliveries.fanning import Route
from core.facts.broadcasts import BroadcastDone, BroadcastSent
from core.facts.fact import Fact
from core.routing.ways import person


def _author(fact: Fact) -> int:
    assert isinstance(fact, BroadcastDone)
    return fact.person_id


ROUTES: dict[type[Fact], tuple[Route, ...]] = {
    BroadcastSent: (),
    BroadcastDone: (person("broadcast_done", _author),),
}
