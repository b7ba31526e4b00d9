"""Receipt: what a provider says later of a message that it had accepted: how far it came, or that
it failed after all. A receipt moves a delivery forward only, in whatever order receipts come.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, literal_column, select, update
from sqlalchemy.orm import Session, joinedload

from core.database import announce
from core.deliveries import RECEIPTED, Delivery, DeliveryStatus
from core.deliveries.claims import past_claim
from core.deliveries.errors import DeliveryError
from core.deliveries.retry import RetryPolicy
from core.guests.addresses import take_over
from core.model import change
from core.outbox import TOPIC
from core.people import mark_unreachable

STEPS = (DeliveryStatus.SENT, DeliveryStatus.DELIVERED, DeliveryStatus.READ)


def is_known(session: Session, *, provider_id: str) -> bool:
    """Whether a delivery of ours has that id."""
    return session.scalar(select(Delivery.id).where(_told(provider_id)).limit(1)) is not None


def address_told(session: Session, *, provider_id: str) -> str | None:
    """Where the message of that id went."""
    return session.scalar(select(Delivery.address).where(_told(provider_id)).limit(1))


def note_progress(session: Session, *, provider_id: str, status: DeliveryStatus) -> bool:
    """It was sent, delivered or read; whether that is news."""
    earlier = Delivery.status.in_(STEPS[: STEPS.index(status)])
    moved = update(Delivery).where(_told(provider_id), earlier).values(status=status)
    return change(session, moved) > 0


def note_failure(
    session: Session,
    *,
    provider_id: str,
    error: DeliveryError,
    channels: Collection[str],
    policy: RetryPolicy,
    now: datetime,
) -> bool:
    """It was accepted and failed afterwards: tried again, or the person's next channel takes it
    over, once. What was delivered stays so. Whether that is news.
    """
    query = select(Delivery).where(_told(provider_id), Delivery.status == DeliveryStatus.SENT)
    delivery = session.scalar(
        query.options(joinedload(Delivery.event)).with_for_update(of=Delivery)
    )
    if delivery is None:
        return False
    verdict = policy.judge(error, attempts=delivery.attempts)
    delivery.status = DeliveryStatus(verdict.status)
    delivery.attempts -= verdict.refunded
    delivery.due_at, delivery.last_error = now + verdict.delay, error.reason
    delivery.provider_id = delivery.sent_at = None  # of this attempt nothing more is heard
    session.flush()
    if error.unreachable:
        place = {"platform": delivery.channel, "address": delivery.address}
        mark_unreachable(session, **place, reason=error.reason)
    if error.unreachable or error.elsewhere:
        take_over(session, past_claim(delivery), channels=channels, now=now)
    announce(session, TOPIC)
    return True


def _told(provider_id: str) -> ColumnElement[bool]:
    return and_(
        # Spelled out, or the partial index does not serve.
        literal_column(f"deliveries.channel = '{RECEIPTED}'"),
        Delivery.provider_id == provider_id,
    )
