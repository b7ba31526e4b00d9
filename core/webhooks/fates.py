"""What becomes of a webhook by what is posted to it: whatever fails for days is switched off."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from core.audit import note_by_clock
from core.facts.webhooks import WebhookEnded
from core.outbox import record
from core.webhooks import Webhook

# Longer than a weekend in which nobody looks.
PATIENCE = timedelta(days=3)


def note_arrival(session: Session, public_id: str) -> None:
    """Something arrived there: what failed before is forgotten."""
    found = _lock(session, public_id)
    if found is not None:
        found.failing_since = None


def note_failure(session: Session, public_id: str, *, gone: bool, now: datetime) -> None:
    """Something did not arrive. After three days without anything that did, or when whoever is
    there says that it is `gone`, nothing more is posted, and the group's admins hear of it.
    """
    found = _lock(session, public_id)
    if found is None or found.ended_at is not None:
        return
    found.failing_since = found.failing_since or now
    if not gone and now - found.failing_since < PATIENCE:
        return
    found.ended_at = now
    ended = WebhookEnded(group_id=found.group_id, webhook=public_id, gone=gone)
    record(session, ended, now=now)
    note_by_clock(session, action="webhook.ended", group=found.group, now=now, subject=public_id)


def _lock(session: Session, public_id: str) -> Webhook | None:
    query = select(Webhook).where(Webhook.public_id == public_id)
    query = query.options(joinedload(Webhook.group, innerjoin=True))
    return session.scalar(query.with_for_update(of=Webhook))
