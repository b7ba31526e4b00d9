"""What is recorded of rooms and of the links into them."""

from __future__ import annotations

from core.facts.fact import Fact


class RoomLost(Fact):
    """We were removed from a room, or lost what we need there."""

    event_type = "room.lost"
    chat_id: int


class RoomNeedsRights(Fact):
    """Somebody tied a room to their group in which we lack rights."""

    event_type = "room.needs_rights"
    chat_id: int
    person_id: int


class RoomOffered(Fact):
    """An admin asks a member to come into the room as well."""

    event_type = "room.offered"
    chat_id: int
    person_id: int


class RoomsReconciled(Fact):
    """A platform's rooms were compared with somebody's groups, as they had asked."""

    event_type = "rooms.reconciled"
    person_id: int
    asked_id: int


class RoomBanLifted(Fact):
    """Somebody whom Usher had banned from the group's rooms may come back into them."""

    event_type = "member.readmitted"
    person_id: int


class RoomLinkWanted(Fact):
    """A new member needs a link of their own into a room."""

    event_type = "room_link.wanted"
    link_id: int


class RoomLinkMade(Fact):
    """There is a way into a room that somebody is to be shown: their own link, or a public one."""

    event_type = "room_link.made"
    chat_id: int
    person_id: int


class RoomLinkFailed(Fact):
    """The platform refused to make somebody's link."""

    event_type = "room_link.failed"
    link_id: int


class RoomLinkEnded(Fact):
    """Somebody's link is to open nothing any more."""

    event_type = "room_link.ended"
    link_id: int


class RoomLinkMisused(Fact):
    """Somebody came by a link that was another person's, and was turned away."""

    event_type = "room_link.misused"
    link_id: int
    stranger_id: int
