"""Quarantine: what was due long before this start is not sent by itself: most likely it was sent,
and the database is an old backup.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from core.deliveries import OPEN, Delivery, DeliveryStatus
from core.model import change
from core.outbox import EventStatus, OutboxEvent

# The tries of a message span 18 hours; a welcome that is a day late greets nobody.
STALE_AFTER = timedelta(hours=24)
REASON = "it was due more than a day before this start: sent already, if this is a backup"


def quarantine(session: Session, *, now: datetime) -> int:
    """Hold back what should have been sent a day ago or more, for somebody to decide in /outbox:
    how many messages and facts. To be called before anything is sent.
    """
    stale = now - STALE_AFTER
    messages = update(Delivery).where(Delivery.status.in_(OPEN), Delivery.due_at < stale)
    facts = update(OutboxEvent).where(
        OutboxEvent.status == EventStatus.PENDING, OutboxEvent.created_at < stale
    )
    held = change(session, messages.values(status=DeliveryStatus.UNCERTAIN, last_error=REASON))
    return held + change(session, facts.values(status=EventStatus.DEAD, last_error=REASON))
