"""Who hears of an event: its rooms, or those of the group it hangs under, and its guests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.deliveries import list_told_where
from core.event_audience import list_people
from core.event_rooms import list_event_rooms
from core.facts.events import (
    EventCancelled,
    EventChanged,
    EventFact,
    EventReminded,
    RsvpAsked,
    RsvpCounted,
    SeatLapsed,
    SeatOffered,
)
from core.facts.fact import Fact
from core.fanning import Destination, Route
from core.guests import Guest
from core.occupants import Occupant, Presence
from core.people import Identity
from core.routing.ways import in_room, private

CARD = "rsvp_card"


def _rooms(kind: str) -> Route:
    def route(session: Session, fact: Fact) -> Iterable[Destination]:
        return [in_room(chat, kind) for chat in list_event_rooms(session, fact.group_id)]

    return route


def _asked(session: Session, fact: Fact) -> Iterable[Destination]:
    """Where there is no room for the card, everybody on the list gets it."""
    rooms = list(_rooms(CARD)(session, fact))
    if rooms:
        return rooms
    return private(session, list_people(session, fact.group_id, "asked"), "event_question")


def _cards(session: Session, fact: Fact) -> Iterable[Destination]:
    assert isinstance(fact, EventFact)
    told = list_told_where(session, subject=fact.subject, kind=CARD)
    return [Destination(channel, address, "rsvp_counts") for channel, address in told]


def _crowd(kind: str, audience: str) -> Route:
    """The rooms, and those guests whom no room tells: nobody is told twice."""

    def route(session: Session, fact: Fact) -> Iterable[Destination]:
        chats = [one for one in list_event_rooms(session, fact.group_id) if not one.is_silent]
        there = _present(session, [chat.id for chat in chats])
        others = [one for one in list_people(session, fact.group_id, audience) if one not in there]
        return [*(in_room(chat, kind) for chat in chats), *private(session, others, kind)]

    return route


def _present(session: Session, chat_ids: Sequence[int]) -> set[int]:
    """The persons who are in one of the rooms, as the platforms last told."""
    seen = (
        select(Identity.person_id)
        .join(Occupant, Occupant.identity_id == Identity.id)
        .where(Occupant.chat_id.in_(chat_ids), Occupant.presence == Presence.IN)
    )
    return set(session.scalars(seen))


def _reminded(session: Session, fact: Fact) -> Iterable[Destination]:
    assert isinstance(fact, EventReminded)
    people = list_people(session, fact.group_id, fact.kind)
    return private(session, people, "event_reminder")


def _held(session: Session, fact: Fact) -> Iterable[Destination]:
    return private(session, list_people(session, fact.group_id, "held"), "event_asked_again")


def _guest(kind: str) -> Route:
    def route(session: Session, fact: Fact) -> Iterable[Destination]:
        assert isinstance(fact, SeatOffered | SeatLapsed)
        guest = session.get(Guest, fact.guest_id)
        who = [guest.person_id] if guest is not None and guest.person_id is not None else []
        return private(session, who, kind)

    return route


ROUTES: dict[type[Fact], tuple[Route, ...]] = {
    RsvpAsked: (_asked,),
    RsvpCounted: (_cards,),
    EventChanged: (_rooms(CARD), _held),
    EventCancelled: (_crowd("event_cancelled", "not_declined"),),
    EventReminded: (_reminded,),
    SeatOffered: (_guest("seat_offer"),),
    SeatLapsed: (_guest("seat_lapsed"),),
}
