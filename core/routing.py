"""Who hears of which fact, by which channel: facts fanned out into deliveries, exactly once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Role
from core.chats import Chat, list_chats
from core.deliveries import Delivery, DeliveryStatus, list_told_where
from core.expulsion import find_rooms
from core.facts import (
    DeliveriesDied,
    Fact,
    MemberChanged,
    MemberExpelled,
    MemberJoined,
    PersonInvited,
    RequestAnswered,
    RequestDecided,
    RequestFact,
    RequestMade,
    RequestQuestioned,
    RequestSettled,
    RequestWaits,
    RoomBanLifted,
    RoomLost,
    RoomNeedsRights,
    RoomOffered,
    TransferAnswered,
    TransferOffered,
    UnreadableFact,
    read_fact,
)
from core.members import list_leaders
from core.model import insert_new
from core.outbox import EventStatus, OutboxEvent, list_waiting
from core.people import list_reachable
from core.requests import find_request
from core.transfers import get_transfer

# The fact stays true; that nobody could be told of it stands beside it.
NOBODY = "nobody to tell, or nobody who can be reached"


@dataclass(frozen=True, slots=True)
class Destination:
    """Somewhere that a fact is told; `kind` is the notice that is told there.

    `held` is why nothing can be said there now: the delivery is kept as cancelled, for the trail.
    """

    channel: str
    address: str
    kind: str
    held: str | None = None


Route = Callable[[Session, Fact], Iterable[Destination]]


def _rooms(kind: str) -> Route:
    def route(session: Session, fact: Fact) -> Iterable[Destination]:
        for chat in list_chats(session, fact.group_id):
            yield _in_room(chat, kind)

    return route


def _in_room(chat: Chat, kind: str) -> Destination:
    held = f"we can't speak in this room: {chat.lost_reason}" if chat.is_silent else None
    return Destination(chat.platform, chat.address, kind, held)


def _person(kind: str, person_of: Callable[[Fact], int]) -> Route:
    """Wherever the person can be written to in private."""

    def route(session: Session, fact: Fact) -> Iterable[Destination]:
        return _private(session, [person_of(fact)], kind)

    return route


def _leaders(kind: str, least: Role) -> Route:
    """The group's own people of that rank who can be reached, else those of the groups above."""

    def route(session: Session, fact: Fact) -> Iterable[Destination]:
        return _lead(session, fact.group_id, kind, least)

    return route


def _rooms_with(kind: str) -> Route:
    """The rooms of the group on platforms where the person is known."""

    def route(session: Session, fact: Fact) -> Iterable[Destination]:
        assert isinstance(fact, MemberExpelled | RoomBanLifted)
        for chat in find_rooms(session, person_id=fact.person_id, group_id=fact.group_id):
            yield _in_room(chat, kind)

    return route


def _receiver(session: Session, fact: Fact) -> Iterable[Destination]:
    assert isinstance(fact, TransferOffered)
    offer = get_transfer(session, fact.transfer_id)
    return _private(session, [offer.receiver_id], "transfer_offer")


def _giver(session: Session, fact: Fact) -> Iterable[Destination]:
    assert isinstance(fact, TransferAnswered)
    offer = get_transfer(session, fact.transfer_id)
    return _private(session, [offer.giver_id], "transfer_answer")


def _lead(session: Session, group_id: int, kind: str, least: Role) -> list[Destination]:
    own, above = list_leaders(session, group_id, least=least)
    return _private(session, own, kind) or _private(session, above, kind)


def _private(session: Session, person_ids: Iterable[int], kind: str) -> list[Destination]:
    reachable = list_reachable(session, person_ids)
    return [Destination(one.platform, one.address, kind) for one in reachable]


def _deciders(session: Session, fact: Fact) -> Iterable[Destination]:
    """Admins are asked in private. Where none can be reached the room is asked: its buttons obey
    admins only, whoever sees them.
    """
    assert isinstance(fact, RequestFact)
    request = find_request(session, fact.request)
    if request is None:
        return []
    asked = _lead(session, fact.group_id, "request_card", Role.ADMIN)
    return asked or [_in_room(request.chat, "request_card")]


def _door(session: Session, fact: Fact) -> Iterable[Destination]:
    """The room itself, where the platform is to act."""
    assert isinstance(fact, RequestFact)
    request = find_request(session, fact.request)
    return [_in_room(request.chat, "admission")] if request else []


def _requester(session: Session, fact: Fact) -> Iterable[Destination]:
    assert isinstance(fact, RequestFact)
    request = find_request(session, fact.request)
    if request is None:
        return []
    return [Destination(request.chat.platform, request.reply_address, "request_question")]


def _cards(session: Session, fact: Fact) -> Iterable[Destination]:
    """Everybody who was shown the request, so that nobody decides what is decided."""
    assert isinstance(fact, RequestFact)
    told = list_told_where(session, subject=fact.request, kind="request_card")
    return [Destination(channel, address, "request_settled") for channel, address in told]


def _mourners(session: Session, fact: Fact) -> Iterable[Destination]:
    assert isinstance(fact, DeliveriesDied)
    return _private(session, fact.person_ids, "deaths")


def _whom(fact: Fact) -> int:
    assert isinstance(fact, MemberChanged | RoomNeedsRights | RoomOffered | PersonInvited)
    return fact.person_id


ROUTES: dict[type[Fact], tuple[Route, ...]] = {
    MemberJoined: (_rooms("welcome"),),
    MemberChanged: (_person("membership", _whom),),
    MemberExpelled: (_rooms_with("expulsion"),),
    RoomBanLifted: (_rooms_with("readmission"),),
    TransferOffered: (_receiver,),
    TransferAnswered: (_giver,),
    RequestMade: (_deciders,),
    RequestWaits: (_deciders,),
    RequestAnswered: (_deciders,),
    RequestQuestioned: (_requester,),
    RequestDecided: (_door,),
    RequestSettled: (_cards,),
    RoomLost: (_leaders("room_lost", Role.OWNER),),
    RoomNeedsRights: (_person("room_needs_rights", _whom),),
    RoomOffered: (_person("room_offer", _whom),),
    PersonInvited: (_person("invite_card", _whom),),
    DeliveriesDied: (_mourners,),
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
    if not rows:
        event.last_error = NOBODY


def _bury(event: OutboxEvent, reason: str) -> None:
    event.status = EventStatus.DEAD
    event.last_error = reason


def _row(event: OutboxEvent, to: Destination, now: datetime) -> dict[str, object]:
    return {
        "outbox_id": event.id,
        "channel": to.channel,
        "address": to.address,
        "kind": to.kind,
        "status": DeliveryStatus.CANCELLED if to.held else DeliveryStatus.PENDING,
        "last_error": to.held,
        "attempts": 0,
        "lost_claims": 0,
        "due_at": now,
    }
