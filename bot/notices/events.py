"""What is heard of an event: the card, what has changed, and what is offered."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.cards.events import answer_row, event_card, rsvp_buttons, time_of, when_and_where
from bot.notices.notice import Notice, Template
from bot.texts import BLANK, Lines, LocalTime, Text, Value, Verbatim, lines, say
from core.events import Event, find_event
from core.events.views import view_event
from core.facts import Fact
from core.facts.events import (
    EventCancelled,
    EventChanged,
    EventFact,
    EventReminded,
    SeatLapsed,
    SeatOffered,
)
from core.guests import Guest, GuestStatus


def rsvp_card(session: Session, fact: Fact) -> Notice | None:
    """The card as it stands when it is sent."""
    event = _event(session, fact)
    if event is None:
        return None
    view = view_event(session, event)
    changed = (
        say("This has changed: do you still come?") if isinstance(fact, EventChanged) else None
    )
    return Notice(lines(changed, event_card(view)), rsvp_buttons(view))


def rsvp_counts(session: Session, fact: Fact) -> Notice | None:
    """The latest card in a room shows how it stands now."""
    assert isinstance(fact, EventFact)
    event = find_event(session, fact.group_id)
    if event is None:
        return None
    view = view_event(session, event)
    return Notice(event_card(view), rsvp_buttons(view), redraws=fact.subject)


def event_question(session: Session, fact: Fact) -> Notice | None:
    """In private, where there is no room for the card."""
    event = _event(session, fact)
    if event is None:
        return None
    text = _about(event, say("Do you come?"))
    buttons, template = (answer_row(event),), _template(event)
    return Notice(text, buttons, event_id=event.id, template=template)


def event_asked_again(session: Session, fact: Fact) -> Notice | None:
    """To who had said yes before date, time or place became others."""
    event = _event(session, fact)
    if event is None:
        return None
    told = say("You had said yes; now this has changed. Do you still come? Your place is held.")
    return Notice(_about(event, told), (answer_row(event),), event_id=event.id)


def event_reminder(session: Session, fact: Fact) -> Notice | None:
    """A few days before it begins, or before the answers end."""
    event = _event(session, fact)
    if event is None:
        return None
    assert isinstance(fact, EventReminded)
    asked = say("Do you come? Your answer is waited for.")
    text = _about(event, asked if fact.kind == "now" else say("A reminder. Do you come?"))
    buttons, template = (answer_row(event),), _template(event)
    return Notice(text, buttons, event_id=event.id, template=template)


def event_cancelled(session: Session, fact: Fact) -> Notice | None:
    """Told once, whatever comes after."""
    assert isinstance(fact, EventCancelled)
    event = find_event(session, fact.group_id)
    if event is None or event.cancelled_at is None:
        return None
    name = event.group.name
    told = say("<b>{event}</b> is cancelled.", event=name)
    if fact.following:
        told = say("<b>{event}</b> is cancelled, and all that were to follow.", event=name)
    return Notice(lines(told, when_and_where(event)[0]), event_id=event.id)


def seat_offer(session: Session, fact: Fact) -> Notice | None:
    """Somebody's turn has come, while it lasts."""
    assert isinstance(fact, SeatOffered)
    event, guest = _event(session, fact), session.get(Guest, fact.guest_id)
    if event is None or guest is None or guest.held_until is None:
        return None
    until = LocalTime(guest.held_until, event.timezone)
    told = say("There is a place for you. It is held until {time}: do you take it?", time=until)
    return Notice(_about(event, told), (answer_row(event)[:2],), event_id=event.id)


def seat_lapsed(session: Session, fact: Fact) -> Notice | None:
    """The offer is over; a tap puts them in line again."""
    assert isinstance(fact, SeatLapsed)
    event, guest = _event(session, fact), session.get(Guest, fact.guest_id)
    if event is None or guest is None or guest.status is not GuestStatus.INVITED:
        return None
    told = say("The place that was held for you went on to others. Yes puts you in line again.")
    return Notice(_about(event, told), (answer_row(event)[:2],), event_id=event.id)


def _template(event: Event) -> Template:
    place: Value = event.place or Verbatim("–")
    fields: dict[str, Value] = {"event": event.group.name, "when": time_of(event), "place": place}
    return Template("usher_rsvp", fields)


def _about(event: Event, told: Text) -> Lines:
    return lines(say("<b>{event}</b>", event=event.group.name), *when_and_where(event), BLANK, told)


def _event(session: Session, fact: Fact) -> Event | None:
    """The event, unless it is off."""
    event = find_event(session, fact.group_id)
    return event if event is not None and event.cancelled_at is None else None
