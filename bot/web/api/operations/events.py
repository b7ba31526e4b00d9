"""Events: planning, reading, changing and calling them off, and their numbers."""

from __future__ import annotations

from pydantic import Field

from bot.web.api.operation import Asked, operation
from bot.web.api.operations.event_shapes import (
    EventChange,
    EventShown,
    EventStats,
    EventWish,
    HeadCount,
    NewEvent,
    show_event,
)
from bot.web.api.shapes import Items, Number, Taken, Turn
from core.access import Permission, require
from core.errors import NotFound
from core.events import Event, find_event, lock_event
from core.events.editing import cancel_event, edit_event
from core.events.making import create_event
from core.events.plans import EventPlan
from core.events.sight import page_events, see_event
from core.events.views import Count, count_guests
from core.groups import get_group
from core.groups.tree import rename_group
from core.guests import GuestStatus

TAG = "Events"


class ByEvent(Taken):
    id: Number = Field(description="The number of the event, which is its group's too.")


def visible_event(asked: Asked, event_id: int, permission: Permission = Permission.VIEW) -> Event:
    """The event, for whoever may. Raises NotFound alike for what is not there and what is not
    theirs, Forbidden.
    """
    group = get_group(asked.session, event_id)
    require(asked.session, asked.me, permission, group)
    event = find_event(asked.session, event_id)
    if event is None:
        raise NotFound("event_unknown")
    return event


@operation("GET", "/events", "The events that you may come to or run", tag=TAG)
def list_events(asked: Asked, query: Turn) -> Items[EventShown]:
    """By a role in them or from above, as a guest, or as one of the group that they stand under;
    oldest first; those that are over too.
    """
    found, following = page_events(
        asked.session, asked.me, after=query.cursor or 0, size=query.limit
    )
    return Items[EventShown](items=[show_event(one) for one in found], next_cursor=following)


@operation("POST", "/events", "Plan an event", tag=TAG, status=201, permission=Permission.ARRANGE)
def plan_event(asked: Asked, body: NewEvent) -> EventShown:
    """You become its owner. Only one under a group needs a permission, there."""
    session = asked.session
    parent = get_group(session, body.parent_id) if body.parent_id is not None else None
    usual = (parent.timezone if parent else None) or asked.defaults.timezone
    plan = EventPlan(**{"timezone": usual, **body.changes()})
    event = create_event(session, asked.me, name=body.name, plan=plan, parent=parent, now=asked.now)
    return show_event(event)


@operation("GET", "/events/{id}", "One event", tag=TAG, permission=Permission.VIEW, tagged=True)
def read_event(asked: Asked, path: ByEvent) -> EventShown:
    """Its guests may see it too, and everybody in the group that it stands under."""
    return show_event(see_event(asked.session, asked.me, event_id=path.id))


@operation(
    "PATCH",
    "/events/{id}",
    "Change an event",
    tag=TAG,
    permission=Permission.EDIT_EVENT,
    tagged=True,
)
def change_event(asked: Asked, path: ByEvent, body: EventChange) -> EventShown:
    """All of it or, where one part is refused, none."""
    session, actor, now = asked.session, asked.me, asked.now
    visible_event(asked, path.id, Permission.EDIT_EVENT)
    event = lock_event(session, path.id)
    asked.check_unchanged(show_event(event))
    if body.name is not None:
        rename_group(session, actor, group=event.group, name=body.name, now=now)
    if changes := EventWish.changes(body):
        event = edit_event(session, actor, event_id=path.id, changes=changes, now=now).event
    return show_event(event)


@operation("DELETE", "/events/{id}", "Call an event off", tag=TAG, permission=Permission.EDIT_EVENT)
def call_event_off(asked: Asked, path: ByEvent) -> None:
    """Everybody hears of it once. It stays in the lists: to have it gone, delete its group."""
    visible_event(asked, path.id, Permission.EDIT_EVENT)
    cancel_event(asked.session, asked.me, event_id=path.id, now=asked.now)


@operation(
    "GET",
    "/events/{id}/stats",
    "Who comes, in numbers",
    tag=TAG,
    permission=Permission.VIEW,
)
def read_event_stats(asked: Asked, path: ByEvent) -> EventStats:
    event = visible_event(asked, path.id)
    counts = count_guests(asked.session, event.id)
    coming = counts.get(GuestStatus.CONFIRMED, Count()).heads
    by_status = {
        status: HeadCount(guests=count.guests, heads=count.heads)
        for status, count in ((one, counts.get(one, Count())) for one in GuestStatus)
    }
    left = None if event.capacity is None else max(0, event.capacity - coming)
    return EventStats(by_status=by_status, coming=coming, seats_left=left)


OPERATIONS = (
    list_events,
    plan_event,
    read_event,
    change_event,
    call_event_off,
    read_event_stats,
)
