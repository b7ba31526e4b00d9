"""The cards of events in rooms: shown once, and drawn anew when answers have come in."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.chats import Chat, list_chats
from core.events import Event, lock_event
from core.facts.events import GuestsUnreached, RsvpAsked, RsvpCounted
from core.groups import Group
from core.outbox import record

# Who asks for the card twice in a row does not get it twice.
SHOWN_JUST_NOW = timedelta(seconds=30)


def list_event_rooms(session: Session, event_id: int) -> list[Chat]:
    """The event's own rooms, else those of the group right above it."""
    own = list_chats(session, event_id)
    if own:
        return own
    parent_id = session.scalar(select(Group.parent_id).where(Group.id == event_id))
    return list_chats(session, parent_id) if parent_id is not None else []


def ask_in_rooms(session: Session, event: Event, *, now: datetime) -> bool:
    """Show the card in the event's rooms; whether it was not shown there a moment ago."""
    event = lock_event(session, event.id)
    if event.card_told_at is not None and now - event.card_told_at < SHOWN_JUST_NOW:
        return False
    record(session, RsvpAsked(group_id=event.id), now=now)
    event.card_told_at, event.card_due_at = now, None
    return True


def draw_card(session: Session, *, now: datetime) -> bool:
    """Show or draw anew the card that is due longest. False when none is.

    However many answered since it was last drawn, it is drawn once, as it is when it is sent.
    """
    event = session.scalar(
        select(Event)
        .where(Event.card_due_at <= now)
        .order_by(Event.card_due_at)
        .limit(1)
        .with_for_update(skip_locked=True, key_share=True)
    )
    if event is None:
        return False
    if event.card_told_at is None and event.cancelled_at is None:
        fact = RsvpAsked(group_id=event.id, everybody=True)
        record(session, fact, now=now)
        lost = GuestsUnreached(group_id=event.id, about=fact.event_type, audience="asked")
        record(session, lost, now=now)
    else:
        record(session, RsvpCounted(group_id=event.id), now=now)
    event.card_told_at, event.card_due_at = now, None
    return True


def is_card_due(session: Session, *, now: datetime) -> bool:
    """Whether `draw_card` has anything to do: a look each second must keep nobody waiting."""
    return session.scalar(select(Event.id).where(Event.card_due_at <= now).limit(1)) is not None
