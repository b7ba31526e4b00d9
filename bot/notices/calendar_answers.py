"""What somebody hears whose calendar answered, where that can’t be taken at its word."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from bot.notices.notice import Notice
from bot.refusals import REFUSALS
from bot.texts import lines, say
from core.events import find_event
from core.events.calendar_replies import FULL
from core.facts import Fact
from core.facts.events import CalendarAnswered


def calendar_answer(session: Session, fact: Fact) -> Notice | None:
    """Without a calendar file: some calendars answer each of these by themselves."""
    assert isinstance(fact, CalendarAnswered)
    event = find_event(session, fact.group_id)
    if event is None:
        return None
    name = event.group.name
    told = say(
        "{event} is full. You are on the waitlist and hear as soon as there is a place.", event=name
    )
    if fact.code != FULL:
        told = replace(REFUSALS[fact.code], fields=fact.fields)
    return Notice(
        lines(
            say("Your calendar answered for {event}.", event=name),
            told,
            say("The link in the invitation shows your answer, and changes it."),
        ),
        subject=say("Your answer for {event}", event=name),
        is_asked_for=True,
    )
