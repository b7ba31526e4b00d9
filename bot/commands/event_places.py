"""The place of an event: taken from a place on the map that somebody sends, and shown there."""

from __future__ import annotations

from bot.command import Call, Place, Reply
from bot.commands.event_context import context
from bot.texts import Verbatim, lines, say
from core.access import Permission, allows, standing
from core.errors import Invalid, NotFound
from core.events import PLACE_LIMIT, Event
from core.events.editing import is_same_place
from core.events.lists import list_coming
from core.events.plans import EventPlan
from core.events.spots import Spot
from core.groups import Group, Kind
from core.names import cut

# What /event place= is told by a place that was sent, or that the line answers.
HERE = "here"
# Behind it stands the event's number: a link into our private chat, to its map.
PAYLOAD = "m_"


def with_place(call: Call, changes: dict[str, object], before: EventPlan) -> dict[str, object]:
    """The changes with the degrees of a place that came along; another place has none of the old.

    Raises Invalid for `here` without a place.
    """
    said, spot = changes.get("place"), call.incoming.spot
    is_here = isinstance(said, str) and said.casefold() == HERE
    if is_here and spot is None:
        raise Invalid("no_spot")
    if spot is not None and (is_here or said is None):
        if not spot.is_on_earth:
            raise Invalid("no_spot")
        named = bool(spot.title or spot.address)
        place = spot.words if named or before.place is None else before.place
        found = {"place": cut(place, PLACE_LIMIT)}
        return {**changes, **found, "latitude": spot.latitude, "longitude": spot.longitude}
    if "place" in changes and not is_same_place(before.place or "", str(said or "")):
        return {**changes, "latitude": None, "longitude": None}
    return changes


def place_group(call: Call) -> Group | None:
    """The one event to come that the asker runs, for a place that names none and is sent while
    their group is none; None where there is anything to choose.
    """
    if call.arguments.option("place") != HERE or call.arguments.option("group") is not None:
        return None
    group = context(call)
    if call.incoming.room.place is Place.ROOM or (group and group.kind is Kind.EVENT):
        return None
    coming = list_coming(call.session, call.actor, now=call.now)
    mine = [
        one.group
        for one in coming
        if allows(standing(call.session, call.actor, one.group), Permission.EDIT_EVENT)
    ]
    return mine[0] if len(mine) == 1 else None


def spot_of(event: Event) -> Spot | None:
    if event.latitude is None or event.longitude is None:
        return None
    return Spot(event.latitude, event.longitude, event.group.name, event.place or "")


def show_map(call: Call, event: Event) -> Reply:
    """The place on the map, for who taps: a room is not filled with it. Raises NotFound."""
    spot = spot_of(event)
    link = spot.link if spot is not None else event.map_link
    if link is None:
        raise NotFound("no_map", event=event.group.name)
    where = say("Where: {place}", place=event.place) if event.place else None
    told = lines(
        say("<b>{event}</b>", event=event.group.name),
        where,
        say("Map: {link}", link=Verbatim(link)),
    )
    if call.incoming.room.place is Place.ROOM:
        return Reply(told, brief=call.incoming.pressed, opens=f"{PAYLOAD}{event.id}")
    return Reply(told, spot=spot)
