"""Who sees how far something is: whoever waits for it, where a message can be edited."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from core.deliveries import list_told_where
from core.deliveries.fanning import Destination, Route
from core.facts.fact import Fact
from core.facts.progress import ProgressBegun, ProgressFact, ProgressMade
from core.long_deeds import CARD
from core.routing.ways import private

EDITING = ("telegram",)


def _waiting(session: Session, fact: Fact) -> Iterable[Destination]:
    assert isinstance(fact, ProgressFact)
    ways = private(session, [fact.person_id], CARD)
    return [one for one in ways if one.channel in EDITING]


def _shown(session: Session, fact: Fact) -> Iterable[Destination]:
    assert isinstance(fact, ProgressFact)
    told = list_told_where(session, subject=fact.subject, kind=CARD)
    return [Destination(channel, address, "progress_made") for channel, address in told]


ROUTES: dict[type[Fact], tuple[Route, ...]] = {
    ProgressBegun: (_waiting,),
    ProgressMade: (_shown,),
}
