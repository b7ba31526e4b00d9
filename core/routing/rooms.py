"""Who hears of rooms, and which rooms are to act."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from core.access import Role
from core.chats.doors import get_link
from core.chats.expulsion import find_rooms
from core.deliveries.fanning import Destination, Route
from core.facts.fact import Fact
from core.facts.members import MemberExpelled
from core.facts.rooms import (
    RoomBanLifted,
    RoomLinkEnded,
    RoomLinkFailed,
    RoomLinkMade,
    RoomLinkMisused,
    RoomLinkWanted,
    RoomLost,
    RoomNeedsRights,
    RoomOffered,
    RoomsReconciled,
)
from core.invites import Invite
from core.routing.ways import in_room, lead, leaders, person, private


def _rooms_with(kind: str) -> Route:
    """The rooms of the group on platforms where the person is known."""

    def route(session: Session, fact: Fact) -> Iterable[Destination]:
        assert isinstance(fact, MemberExpelled | RoomBanLifted)
        for chat in find_rooms(session, person_id=fact.person_id, group_id=fact.group_id):
            yield in_room(chat, kind)

    return route


def _at_door(kind: str) -> Route:
    """The room that a link leads into, where the platform is to make it or to end it."""

    def route(session: Session, fact: Fact) -> Iterable[Destination]:
        assert isinstance(fact, RoomLinkWanted | RoomLinkEnded)
        link = get_link(session, fact.link_id)
        return [in_room(link.chat, kind)] if link else []

    return route


def _link_holder(session: Session, fact: Fact) -> Iterable[Destination]:
    assert isinstance(fact, RoomLinkFailed)
    link = get_link(session, fact.link_id)
    return private(session, [link.person_id], "no_room_link") if link else []


def _link_giver(session: Session, fact: Fact) -> Iterable[Destination]:
    """Who invited the link's holder; where nobody did, whoever leads."""
    assert isinstance(fact, RoomLinkMisused)
    link = get_link(session, fact.link_id)
    invite = session.get(Invite, link.invite_id) if link and link.invite_id else None
    if invite is None:
        return lead(session, fact.group_id, "room_link_misused", Role.ADMIN)
    return private(session, [invite.inviter_id], "room_link_misused")


def _whom(fact: Fact) -> int:
    assert isinstance(fact, RoomNeedsRights | RoomOffered | RoomsReconciled | RoomLinkMade)
    return fact.person_id


ROUTES: dict[type[Fact], tuple[Route, ...]] = {
    RoomLost: (leaders("room_lost", Role.OWNER),),
    RoomNeedsRights: (person("room_needs_rights", _whom),),
    RoomOffered: (person("room_offer", _whom),),
    RoomsReconciled: (person("rooms_reconciled", _whom),),
    RoomBanLifted: (_rooms_with("readmission"),),
    MemberExpelled: (_rooms_with("expulsion"),),
    RoomLinkWanted: (_at_door("room_link"),),
    RoomLinkMade: (person("way_in", _whom),),
    RoomLinkFailed: (_link_holder,),
    RoomLinkEnded: (_at_door("room_link_end"),),
    RoomLinkMisused: (_link_giver,),
}
