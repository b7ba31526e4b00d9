"""Who hears of members and their roles."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from core.deliveries.fanning import Destination, Route
from core.facts.fact import Fact
from core.facts.members import (
    ExpulsionFailed,
    MemberChanged,
    MemberJoined,
    TransferAnswered,
    TransferOffered,
)
from core.members.transfers import get_transfer
from core.routing.mail import registration
from core.routing.ways import person, private, rooms


def _receiver(session: Session, fact: Fact) -> Iterable[Destination]:
    assert isinstance(fact, TransferOffered)
    offer = get_transfer(session, fact.transfer_id)
    return private(session, [offer.receiver_id], "transfer_offer")


def _giver(session: Session, fact: Fact) -> Iterable[Destination]:
    assert isinstance(fact, TransferAnswered)
    offer = get_transfer(session, fact.transfer_id)
    return private(session, [offer.giver_id], "transfer_answer")


def _orderer(session: Session, fact: Fact) -> Iterable[Destination]:
    assert isinstance(fact, ExpulsionFailed)
    return private(session, [fact.by_id], "expulsion_failed")


def _whom(fact: Fact) -> int:
    assert isinstance(fact, MemberChanged)
    return fact.person_id


ROUTES: dict[type[Fact], tuple[Route, ...]] = {
    MemberJoined: (rooms("welcome"), registration),
    MemberChanged: (person("membership", _whom),),
    ExpulsionFailed: (_orderer,),
    TransferOffered: (_receiver,),
    TransferAnswered: (_giver,),
}
