"""Events as they are shown: one with its card, or what is coming."""

from __future__ import annotations

from bot.cards.events import event_card, rsvp_buttons, when_and_where
from bot.command import Button, Call, Place, Reply
from bot.commands.event_context import context, room_number, zone_of
from bot.template_checks import QUESTION, template_check
from bot.texts import BLANK, Prose, Text, lines, say
from core.access import Permission, allows, standing
from core.events import Event, find_event
from core.events.editing import own_event
from core.events.lists import list_coming
from core.events.views import view_event
from core.groups import Group, Kind
from core.guests.answering import find_own_guest, may_see
from core.guests.claims import claim_coming
from core.guests.ways import has_numbers


def show(call: Call) -> Reply:
    group = context(call)
    if group is None or group.kind is not Kind.EVENT:
        return coming(call, group)
    found = find_event(call.session, group.id)
    mine = find_own_guest(call.session, call.actor, event_id=group.id)
    if found is None or not may_see(
        call.session, call.actor, found, mine, room_of=room_number(call)
    ):
        found = own_event(call.session, call.actor, group=group, zone=zone_of(call, group))
    return show_event(call, found)


def show_event(call: Call, found: Event) -> Reply:
    """The card, and for who runs the event what can be done with it."""
    view = view_event(call.session, found)
    mine = find_own_guest(call.session, call.actor, event_id=found.id)
    private = call.incoming.room.place is Place.PRIVATE
    runs = allows(standing(call.session, call.actor, found.group), Permission.EDIT_EVENT)
    card, rows = event_card(view, mine=mine if private else None), rsvp_buttons(view)
    if runs and found.cancelled_at is None and private:
        rows = (*rows, (Button(say("Cancel the event"), f"/event cancel group={found.id}"),))
        card = lines(card, *_templates(call, found))
    return Reply(card, rows, replaces=True)


def _templates(call: Call, event: Event) -> list[Prose]:
    """For who runs it and may write to its guests: how these are written to on WhatsApp."""
    check = template_check(call, QUESTION) if has_numbers(call.session, event.id) else None
    return [BLANK, check] if check is not None else []


def coming(call: Call, group: Group | None) -> Reply:
    """What the asker may come to, the next first."""
    claim_coming(call.session, call.actor, now=call.now)
    events = list_coming(call.session, call.actor, under=group, now=call.now)
    if not events:
        return Reply(
            lines(
                say("Nothing is planned that you could come to."),
                say('Plan something: <code>/event Practice at="sat 19:00"</code>'),
            )
        )
    return Reply(
        lines(say("<b>What is coming</b>"), *(_line(one) for one in events)),
        tuple(
            (Button(say("{event}", event=one.group.name), f"/event show group={one.id}"),)
            for one in events
        ),
        replaces=True,
    )


def _line(event: Event) -> Text:
    when = when_and_where(event)[0]
    assert isinstance(when, Text)
    return say("• {event}. {when}", event=event.group.name, when=when)
