"""Who hears of requests to join."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from core.access import Role
from core.chats import list_chats
from core.chats.requests import find_request
from core.deliveries import list_told_where
from core.deliveries.fanning import Destination, Route
from core.facts.fact import Fact
from core.facts.requests import (
    RequestAnswered,
    RequestDecided,
    RequestFact,
    RequestMade,
    RequestQuestioned,
    RequestSettled,
    RequestWaits,
)
from core.routing.ways import in_room, lead, private


def _deciders(session: Session, fact: Fact) -> Iterable[Destination]:
    """Admins are asked in private. Where none can be reached the room is asked: its buttons obey
    admins only, whoever sees them.
    """
    assert isinstance(fact, RequestFact)
    request = find_request(session, fact.request)
    if request is None:
        return []
    asked = lead(session, fact.group_id, "request_card", Role.ADMIN)
    rooms = [request.chat] if request.chat else list_chats(session, fact.group_id)
    return asked or [in_room(chat, "request_card") for chat in rooms]


def _door(session: Session, fact: Fact) -> Iterable[Destination]:
    """The room itself, where the platform is to act; who asked without a room is told."""
    assert isinstance(fact, RequestFact)
    request = find_request(session, fact.request)
    if request is None:
        return []
    if request.chat is None:
        return private(session, [request.person.id], "request_outcome")
    return [in_room(request.chat, "admission")]


def _requester(session: Session, fact: Fact) -> Iterable[Destination]:
    assert isinstance(fact, RequestFact)
    request = find_request(session, fact.request)
    if request is None:
        return []
    if request.chat is None:
        return private(session, [request.person.id], "request_question")
    return [Destination(request.identity.platform, request.reply_address, "request_question")]


def _cards(session: Session, fact: Fact) -> Iterable[Destination]:
    """Everybody who was shown the request, so that nobody decides what is decided."""
    assert isinstance(fact, RequestFact)
    told = list_told_where(session, subject=fact.request, kind="request_card")
    return [Destination(channel, address, "request_settled") for channel, address in told]


ROUTES: dict[type[Fact], tuple[Route, ...]] = {
    RequestMade: (_deciders,),
    RequestWaits: (_deciders,),
    RequestQuestioned: (_requester,),
    RequestAnswered: (_deciders,),
    RequestDecided: (_door,),
    RequestSettled: (_cards,),
}
