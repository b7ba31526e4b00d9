"""Changing an event, and calling it off, alone or with all that follow."""

from __future__ import annotations

from bot.cards.events import when_and_where
from bot.command import Button, Call, Reply
from bot.commands.confirming import OPTION, seal
from bot.commands.event_context import zone_of
from bot.commands.event_options import is_yes, read_changes
from bot.commands.event_places import with_place
from bot.commands.event_showing import show_event
from bot.texts import BLANK, Prose, lines, say, say_many
from core.events import get_event
from core.events.editing import Edited, cancel_event, edit_event, own_event, plan_of
from core.events.recurring import cancel_following, edit_following, list_following, make_recurring
from core.events.rules import read_rule
from core.groups import Group
from core.groups.tree import rename_group


def edit(call: Call, group: Group) -> Reply:
    session, options = call.session, call.arguments
    event = own_event(session, call.actor, group=group, zone=zone_of(call, group))
    name = options.option("name")
    if name is not None and name != group.name:
        rename_group(session, call.actor, group=group, name=name, now=call.now)
    before = plan_of(event)
    changes = with_place(call, read_changes(options, before, now=call.now), before)
    if is_yes(options.option("all") or ""):
        done = edit_following(session, call.actor, event_id=event.id, changes=changes, now=call.now)
    else:
        done = [edit_event(session, call.actor, event_id=event.id, changes=changes, now=call.now)]
    every = options.option("every")
    if every is not None:
        rule = read_rule(every, times=options.number("times"))
        make_recurring(session, event, rule=rule, now=call.now)
    card = show_event(call, get_event(session, event.id))
    return Reply(lines(_changed(done), BLANK, card.text), card.buttons)


def _changed(done: list[Edited]) -> Prose:
    again = sum(one.asks_again or 0 for one in done)
    return lines(
        say("Changed.")
        if len(done) == 1
        else say_many("{count} event is changed.", "{count} events are changed.", len(done)),
        say_many(
            "{count} guest who had said yes is asked again.",
            "{count} guests who had said yes are asked again.",
            again,
        )
        if again
        else None,
    )


def cancel(call: Call, group: Group) -> Reply:
    event = own_event(call.session, call.actor, group=group, zone=zone_of(call, group))
    following = list_following(call.session, event)
    sure, line = call.arguments.option(OPTION), f"/event cancel group={event.id} {OPTION}="
    one, every = seal("cancel", event.id), seal("cancel all", event.id, following)
    if sure == every:
        cancel_following(call.session, call.actor, event_id=event.id, now=call.now)
    elif sure == one:
        cancel_event(call.session, call.actor, event_id=event.id, now=call.now)
    else:
        later = len(following) - 1
        rows = [(Button(say("Cancel it"), f"{line}{one}"),)]
        if later > 0:
            rows.append((Button(say("With all that follow"), f"{line}{every}"),))
        return Reply(
            lines(
                say("Cancel <b>{event}</b>?", event=group.name),
                when_and_where(event)[0],
                say("Everybody who was asked and has not said no will hear of it, once."),
            ),
            tuple(rows),
            replaces=True,
        )
    return Reply(
        say("{event} is cancelled. Its guests will hear of it.", event=group.name), replaces=True
    )
