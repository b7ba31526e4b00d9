"""What those who run an event hear of guests whom no channel reaches."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from bot.command import Button
from bot.notices.notice import Notice
from bot.texts import Text, lines, say
from core.events import find_event
from core.events.telling import list_unreached
from core.facts import Fact
from core.facts.events import (
    EventCancelled,
    EventChanged,
    EventReminded,
    GuestsUnreached,
    RsvpAsked,
    SeatOffered,
)

MOST_NAMED = 20
UNTOLD: dict[str, Text] = {
    RsvpAsked.event_type: say("<b>{event}</b>: I can’t reach these guests to ask them:"),
    EventChanged.event_type: say("<b>{event}</b> has changed, and these guests can’t hear of it:"),
    EventCancelled.event_type: say(
        "<b>{event}</b> is cancelled, and these guests can’t hear of it:"
    ),
    EventReminded.event_type: say("<b>{event}</b>: I can’t reach these guests to remind them:"),
    SeatOffered.event_type: say(
        "<b>{event}</b>: a place is held for somebody whom I can’t reach to say so:"
    ),
}


def guests_unreached(session: Session, fact: Fact) -> Notice | None:
    """By name, those who are still without a way when it is sent."""
    assert isinstance(fact, GuestsUnreached)
    event, guests = find_event(session, fact.group_id), list_unreached(session, fact)
    if event is None or not guests:
        return None
    more = len(guests) - MOST_NAMED
    text = lines(
        replace(UNTOLD[fact.about], fields={"event": event.group.name}),
        *(say("• {name}", name=guest.name) for guest in guests[:MOST_NAMED]),
        say("… and {count} more", count=more) if more > 0 else None,
        say("Speak to them yourself, or put their number or e-mail address on the list."),
    )
    button = Button(say("All guests"), f"/guests group={event.id}")
    return Notice(text, ((button,),))
