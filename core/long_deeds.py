"""Long deeds: how far they are is shown in one message, which is edited as they go."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.deliveries import OPEN, Delivery
from core.facts.progress import Long, ProgressBegun, ProgressMade
from core.outbox import EventStatus, OutboxEvent, record

CARD = "progress"
# Of the 20 messages a minute that a chat takes some are left for others.
EDIT_EVERY = timedelta(seconds=3)
# To count a crowd takes a while too.
EDIT_CROWD_EVERY = timedelta(seconds=15)
CROWD = 10_000
_TYPES = (ProgressBegun.event_type, ProgressMade.event_type)


def begin_progress(
    session: Session, what: Long, about: int, *, group_id: int, person_id: int, now: datetime
) -> None:
    """Whoever waits gets the message, where messages can be edited."""
    fact = ProgressBegun(group_id=group_id, what=what.value, about=about, person_id=person_id)
    record(session, fact, now=now)


def is_time(session: Session, what: Long, about: int, *, of: int = 0, now: datetime) -> bool:
    """Whether the message is to be edited: not when that was a moment ago, nor while the last edit
    still waits, nor where nobody got it. `of` is how many it goes to.
    """
    last = session.execute(
        select(OutboxEvent.id, OutboxEvent.created_at, OutboxEvent.status)
        .where(OutboxEvent.subject == f"{what}:{about}", OutboxEvent.event_type.in_(_TYPES))
        .order_by(OutboxEvent.id.desc())
        .limit(1)
    ).one_or_none()
    pause = EDIT_CROWD_EVERY if of > CROWD else EDIT_EVERY
    if last is None or last.created_at > now - pause or last.status is not EventStatus.DONE:
        return False
    told = list(session.scalars(select(Delivery.status).where(Delivery.outbox_id == last.id)))
    return bool(told) and not any(status in OPEN for status in told)


def show_progress(
    session: Session, what: Long, about: int, *, group_id: int, person_id: int, now: datetime
) -> None:
    """Have the message edited."""
    fact = ProgressMade(group_id=group_id, what=what.value, about=about, person_id=person_id)
    record(session, fact, now=now)
