"""/event: make an event, change it, call it off, and see what is coming."""

from __future__ import annotations

from dataclasses import replace

from bot.cards.events import when_and_where
from bot.command import Button, Call, Command, Place, Reply
from bot.commands.event_changes import cancel, edit
from bot.commands.event_context import context, event_group, zone_of
from bot.commands.event_naming import with_when
from bot.commands.event_options import OPTIONS, read_changes
from bot.commands.event_places import place_group, with_place
from bot.commands.event_showing import show
from bot.commands.groups import split_place
from bot.commands.lookalikes import lookalike_warning
from bot.commands.target import named_group
from bot.texts import BLANK, Text, lines, say, say_many
from core.access import Permission, allows, standing
from core.events.making import create_event
from core.events.plans import EventPlan
from core.events.recurring import make_recurring
from core.events.rules import read_rule
from core.groups import Group, Kind
from core.members import count_members
from core.zones import get_zone

USAGE = '[name] [at="sat 19:00"] [place=…] [seats=30] …'


def event(call: Call) -> Reply:
    """With a name a new one; with options the current one changes; alone it is shown."""
    words = call.arguments.words
    if len(words) == 1 and words[0].casefold() == "cancel":
        return cancel(call, event_group(call))
    if words and not (len(words) == 1 and words[0].casefold() == "show"):
        return _create(call)
    if any(name in OPTIONS for name, _ in call.arguments.options):
        return edit(call, place_group(call) or event_group(call))
    return show(call)


def _create(call: Call) -> Reply:
    words, place = split_place(call.arguments.words)
    parent = _parent(call, call.arguments.option("in") or place)
    blank = EventPlan(timezone=zone_of(call, parent))
    zone = call.arguments.option("zone") or blank.timezone
    said = with_when(replace(call.arguments, words=words), zone=get_zone(zone), now=call.now)
    changes = with_place(call, read_changes(said, blank, now=call.now), blank)
    plan = EventPlan(**{"timezone": blank.timezone, **changes})  # type: ignore[arg-type]
    every = call.arguments.option("every")
    rule = read_rule(every, times=call.arguments.number("times")) if every else None
    made = create_event(
        call.session, call.actor, name=said.text(), plan=plan, parent=parent, now=call.now
    )
    more = make_recurring(call.session, made, rule=rule, now=call.now) if rule else []
    return Reply(
        lines(
            say("<b>{event}</b> is set up, and you run it.", event=made.group.name),
            *when_and_where(made),
            _repeats(len(more)) if rule else None,
            lookalike_warning(call, made.group),
            BLANK,
            _asked(call, parent) if parent else say("Put somebody on the list: /addguest"),
            say('Change it: <code>/event at="sat 19:00" place="Hall 3" seats=30</code>'),
        ),
        ((Button(say("Show the card"), f"/event show group={made.id}"),),),
    )


def _parent(call: Call, place: str) -> Group | None:
    """Named, or the room's group, or the current one if the asker arranges it."""
    if place.casefold() in ("root", "none"):
        return None
    if place:
        return named_group(call, place, again=lambda found: f"/event in=#{found}")
    group = context(call)
    if group is None or group.kind is Kind.EVENT:
        return None
    if call.incoming.room.place is Place.ROOM:
        return group
    role = standing(call.session, call.actor, group)
    return group if allows(role, Permission.ARRANGE) else None


def _asked(call: Call, parent: Group) -> Text:
    return say_many(
        "{count} member of {group} is asked.",
        "{count} members of {group} are asked.",
        count_members(call.session, parent.id),
        group=parent.name,
    )


def _repeats(more: int) -> Text:
    return say_many(
        "{count} more is planned for the next eight weeks.",
        "{count} more are planned for the next eight weeks.",
        more,
    )


COMMANDS = (
    Command(
        "event", say("plan an event, or see what is coming"), event, usage=USAGE, options=OPTIONS
    ),
)
