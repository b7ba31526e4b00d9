"""Which event a command is about: the group that it acts on, or an event of that group."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from bot.command import Ask, Button, Call, Reply
from bot.commands.event_context import zone_of
from bot.commands.target import BUTTON_BYTES, target_group
from bot.texts import say
from core.access import Permission, allows, standing
from core.errors import Invalid, NotFound
from core.events import Event, find_event
from core.events.editing import own_event
from core.groups import Group, Kind

MOST_CHOICES = 8
# After it is over there is still something to look up.
STILL = timedelta(days=7)


def target_event(call: Call, *, again: str | None = None) -> Event:
    """The event that the command acts on, with its group. Raises NotFound, Invalid, or Ask when
    there are several, with buttons that say `again` or the line that was said.

    That the asker may do it there is left to the verb.
    """
    group = target_group(call)
    role = standing(call.session, call.actor, group)
    if role is None:
        raise NotFound("group_unknown")
    event = find_event(call.session, group.id)
    is_bare = event is None and group.kind is Kind.EVENT  # founded by /newgroup
    if is_bare and allows(role, Permission.EDIT_EVENT):
        event = own_event(call.session, call.actor, group=group, zone=zone_of(call, group))
    if event is not None:
        return event
    found = _below(call, group)
    if not found:
        raise Invalid("no_event", group=group.name)
    if len(found) > 1:
        raise Ask(_ask(found, again or call.incoming.line))
    return found[0]


def region_of(call: Call, event: Event) -> str:
    """Where numbers without a country's code are dialled."""
    return event.region or call.region


def _below(call: Call, group: Group) -> list[Event]:
    rows = call.session.scalars(
        select(Event)
        .join(Event.group)
        .where(
            Group.parent_id == group.id,
            Event.cancelled_at.is_(None),
            or_(Event.starts_at.is_(None), Event.starts_at > call.now - STILL),
        )
        .options(joinedload(Event.group, innerjoin=True))
        .order_by(Event.starts_at, Event.id)
        .limit(MOST_CHOICES)
    )
    return [row for row in rows if standing(call.session, call.actor, row.group) is not None]


def _ask(events: list[Event], line: str) -> Reply:
    first = line.partition("\n")[0]
    lines = [f"{first} group={event.id}" for event in events]
    if any(len(one.encode()) > BUTTON_BYTES for one in lines):
        lines = [f"/group group={event.id}" for event in events]
        text = say("Which event? Choose it, then type that again.")
    else:
        text = say("Which event?")
    labels = [say("{event}", event=event.group.name) for event in events]
    return Reply(text, tuple((Button(*pair),) for pair in zip(labels, lines, strict=True)))
