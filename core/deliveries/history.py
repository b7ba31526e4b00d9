"""History: facts told long ago are forgotten, with all their deliveries and chunk by chunk."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, exists, select
from sqlalchemy.orm import Session

from core.deliveries import OPEN, Delivery
from core.model import UtcDateTime, change
from core.outbox import EventStatus, OutboxEvent

KEPT_FOR = timedelta(days=90)
CHUNK = 500


def forget_told(session: Session, *, now: datetime) -> int:
    """Delete a chunk of the facts that are older than 90 days and of which nothing is open; how
    many. What they led to, who did what, stays in the audit.
    """
    return change(session, _FORGET, {"before": now - KEPT_FOR})


_OLDEST = select(OutboxEvent.id).order_by(OutboxEvent.id).limit(CHUNK).scalar_subquery()
_IS_OPEN = exists().where(Delivery.outbox_id == OutboxEvent.id, Delivery.status.in_(OPEN))
_FORGET = delete(OutboxEvent).where(
    OutboxEvent.id.in_(_OLDEST),
    OutboxEvent.created_at < bindparam("before", type_=UtcDateTime()),
    OutboxEvent.status != EventStatus.PENDING,
    ~_IS_OPEN,
)
