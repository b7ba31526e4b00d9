"""Who hears of what befell a person's accounts, and of what was given up."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from core.deliveries.fanning import Destination, Route
from core.facts.deaths import DeliveriesDied
from core.facts.fact import Fact
from core.facts.people import PersonLinked
from core.people import Identity
from core.routing.ways import private


def _other_accounts(session: Session, fact: Fact) -> Iterable[Destination]:
    assert isinstance(fact, PersonLinked)
    known = (session.get(Identity, id_) for id_ in fact.identity_ids)
    for one in known:
        if one is not None and one.reachable:
            yield Destination(one.platform, one.address, "account_linked")


def _mourners(session: Session, fact: Fact) -> Iterable[Destination]:
    assert isinstance(fact, DeliveriesDied)
    return private(session, fact.person_ids, "deaths")


ROUTES: dict[type[Fact], tuple[Route, ...]] = {
    PersonLinked: (_other_accounts,),
    DeliveriesDied: (_mourners,),
}
