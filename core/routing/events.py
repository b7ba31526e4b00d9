"""Who hears of an event: its rooms, or those of the group it hangs under, and its guests."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from core.access import Role
from core.deliveries import list_told_where
from core.deliveries.fanning import Destination, Route
from core.events.audience import AUDIENCES
from core.events.rooms import list_event_rooms
from core.events.telling import list_unreached, ways_beside_rooms
from core.facts.events import (
    CalendarAnswered,
    EventCancelled,
    EventChanged,
    EventFact,
    EventReminded,
    GuestsUnreached,
    RsvpAsked,
    RsvpCounted,
    SeatLapsed,
    SeatOffered,
)
from core.facts.fact import Fact
from core.guests import Guest
from core.guests.ways import Ways, ways_to
from core.invites.whom import EMAIL
from core.routing.ways import in_room, lead

CARD = "rsvp_card"


def _rooms(kind: str) -> Route:
    def route(session: Session, fact: Fact) -> Iterable[Destination]:
        return [in_room(chat, kind) for chat in list_event_rooms(session, fact.group_id)]

    return route


def _asked(session: Session, fact: Fact) -> Iterable[Destination]:
    """Where there is no room for the card, everybody on the list gets it; else, when everybody is
    asked, those without an account, who can be in no room.
    """
    assert isinstance(fact, RsvpAsked)
    rooms = list(_rooms(CARD)(session, fact))
    if rooms and not fact.everybody:
        return rooms
    who = AUDIENCES["asked"], *([Guest.person_id.is_(None)] if rooms else [])
    return [*rooms, *_to(ways_to(session, fact.group_id, *who), "event_question")]


def _cards(session: Session, fact: Fact) -> Iterable[Destination]:
    assert isinstance(fact, EventFact)
    told = list_told_where(session, subject=fact.subject, kind=CARD)
    return [Destination(channel, address, "rsvp_counts") for channel, address in told]


def _cancelled(session: Session, fact: Fact) -> Iterable[Destination]:
    """The rooms, and those guests of it or of one that follows whom no room tells: nobody is told
    twice.
    """
    assert isinstance(fact, EventCancelled)
    kind, who = "event_cancelled", AUDIENCES["not_declined"]
    chats = [one for one in list_event_rooms(session, fact.group_id) if not one.is_silent]
    rooms = [in_room(chat, kind) for chat in chats]
    each = [ways_beside_rooms(session, one, who) for one in (fact.group_id, *fact.also)]
    return dict.fromkeys([*rooms, *(to for ways in each for to in _to(ways, kind))])


def _to(ways: Ways, kind: str) -> list[Destination]:
    return [Destination(channel, address, kind) for channel, address in ways.places]


def _reminded(session: Session, fact: Fact) -> Iterable[Destination]:
    assert isinstance(fact, EventReminded)
    return _to(ways_to(session, fact.group_id, AUDIENCES[fact.kind]), "event_reminder")


def _held(session: Session, fact: Fact) -> Iterable[Destination]:
    return _to(ways_to(session, fact.group_id, AUDIENCES["held"]), "event_asked_again")


def _guest(kind: str) -> Route:
    def route(session: Session, fact: Fact) -> Iterable[Destination]:
        assert isinstance(fact, SeatOffered | SeatLapsed)
        return _to(ways_to(session, fact.group_id, Guest.id == fact.guest_id), kind)

    return route


def _unreached(session: Session, fact: Fact) -> Iterable[Destination]:
    assert isinstance(fact, GuestsUnreached)
    if not list_unreached(session, fact):
        return []
    return lead(session, fact.group_id, "guests_unreached", Role.ADMIN)


def _answerer(session: Session, fact: Fact) -> Iterable[Destination]:
    assert isinstance(fact, CalendarAnswered)
    guest = session.get(Guest, fact.guest_id)
    return [Destination(EMAIL, fact.address, "calendar_answer")] if guest is not None else []


ROUTES: dict[type[Fact], tuple[Route, ...]] = {
    RsvpAsked: (_asked,),
    RsvpCounted: (_cards,),
    EventChanged: (_rooms(CARD), _held),
    EventCancelled: (_cancelled,),
    EventReminded: (_reminded,),
    SeatOffered: (_guest("seat_offer"),),
    SeatLapsed: (_guest("seat_lapsed"),),
    GuestsUnreached: (_unreached,),
    CalendarAnswered: (_answerer,),
}
