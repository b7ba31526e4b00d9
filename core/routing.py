"""Who hears of which fact, by which channel: facts fanned out into deliveries, exactly once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.chats import list_chats
from core.deliveries import Delivery, DeliveryStatus
from core.expulsion import find_rooms
from core.facts import (
    Fact,
    MemberChanged,
    MemberExpelled,
    MemberJoined,
    RoomBanLifted,
    TransferAnswered,
    TransferOffered,
    UnreadableFact,
    read_fact,
)
from core.model import insert_new
from core.outbox import EventStatus, OutboxEvent, list_waiting
from core.people import Identity
from core.transfers import get_transfer


@dataclass(frozen=True, slots=True)
class Destination:
    """Somewhere that a fact is told; `kind` is the notice that is told there."""

    channel: str
    address: str
    kind: str


Route = Callable[[Session, Fact], Iterable[Destination]]


def _rooms(kind: str) -> Route:
    def route(session: Session, fact: Fact) -> Iterable[Destination]:
        for chat in list_chats(session, fact.group_id):
            yield Destination(chat.platform, chat.address, kind)

    return route


def _person(kind: str) -> Route:
    """The person whom the fact is about, where we may write to them."""

    def route(session: Session, fact: Fact) -> Iterable[Destination]:
        assert isinstance(fact, MemberChanged)
        return _first_reach(session, fact.person_id, kind)

    return route


def _rooms_with(kind: str) -> Route:
    """The rooms of the group on platforms where the person is known."""

    def route(session: Session, fact: Fact) -> Iterable[Destination]:
        assert isinstance(fact, MemberExpelled | RoomBanLifted)
        for chat in find_rooms(session, person_id=fact.person_id, group_id=fact.group_id):
            yield Destination(chat.platform, chat.address, kind)

    return route


def _receiver(session: Session, fact: Fact) -> Iterable[Destination]:
    assert isinstance(fact, TransferOffered)
    offer = get_transfer(session, fact.transfer_id)
    return _first_reach(session, offer.receiver_id, "transfer_offer")


def _giver(session: Session, fact: Fact) -> Iterable[Destination]:
    assert isinstance(fact, TransferAnswered)
    offer = get_transfer(session, fact.transfer_id)
    return _first_reach(session, offer.giver_id, "transfer_answer")


def _first_reach(session: Session, person_id: int, kind: str) -> Iterable[Destination]:
    reach = select(Identity).where(Identity.person_id == person_id, Identity.reachable)
    for identity in session.scalars(reach.order_by(Identity.id).limit(1)):
        yield Destination(identity.platform, identity.address, kind)


ROUTES: dict[type[Fact], tuple[Route, ...]] = {
    MemberJoined: (_rooms("welcome"),),
    MemberChanged: (_person("membership"),),
    MemberExpelled: (_rooms_with("expulsion"),),
    RoomBanLifted: (_rooms_with("readmission"),),
    TransferOffered: (_receiver,),
    TransferAnswered: (_giver,),
}


def fan_out(session: Session, *, now: datetime, limit: int) -> int:
    """Turn waiting facts into deliveries, in this one transaction; how many facts were worked off.

    A fact that cannot be read, or whose route breaks, is dead with the reason: it stops nobody.
    """
    events = list_waiting(session, limit=limit)
    for event in events:
        event.processed_at = now
        try:
            with session.begin_nested():
                _fan_out_one(session, event, now=now)
        except UnreadableFact as error:
            _bury(event, str(error))
        except Exception as error:
            _bury(event, f"{type(error).__name__}: {error}")
    session.flush()
    return len(events)


def _fan_out_one(session: Session, event: OutboxEvent, *, now: datetime) -> None:
    fact = read_fact(event.event_type, event.payload)
    rows = [_row(event, to, now) for route in ROUTES[type(fact)] for to in route(session, fact)]
    insert_new(session, Delivery, rows, key=("outbox_id", "channel", "address"))
    event.status = EventStatus.DONE


def _bury(event: OutboxEvent, reason: str) -> None:
    event.status = EventStatus.DEAD
    event.last_error = reason


def _row(event: OutboxEvent, to: Destination, now: datetime) -> dict[str, object]:
    return {
        "outbox_id": event.id,
        "channel": to.channel,
        "address": to.address,
        "kind": to.kind,
        "status": DeliveryStatus.PENDING,
        "attempts": 0,
        "lost_claims": 0,
        "due_at": now,
    }
