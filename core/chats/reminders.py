"""Reminders of what waits for somebody's decision."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.chats.requests import JoinRequest, RequestState
from core.facts import RequestWaits
from core.groups import archived
from core.outbox import record

REMIND_AFTER = timedelta(hours=24)


def remind_of_requests(session: Session, *, now: datetime, limit: int = 100) -> int:
    """Admins hear, once, of who has waited for a day; of how many this time.

    In an archived group nobody can decide: its requests wait until it is restored.
    """
    waiting = session.scalars(
        select(JoinRequest)
        .where(
            JoinRequest.state == RequestState.OPEN,
            JoinRequest.reminded_at.is_(None),
            JoinRequest.asked_at <= now - REMIND_AFTER,
            JoinRequest.group_id.not_in(archived()),
        )
        .order_by(JoinRequest.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=JoinRequest)
    ).all()
    for request in waiting:
        request.reminded_at = now
        waits = RequestWaits(group_id=request.group_id, request=request.public_id)
        record(session, waits, now=now)
    return len(waiting)
