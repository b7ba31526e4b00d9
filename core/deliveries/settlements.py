"""Settlement: what came of a claim; written down by the batch, and only where the claim holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from core.batches import Batch
from core.deliveries import DeliveryStatus
from core.deliveries.claims import Claim
from core.deliveries.errors import DeliveryError
from core.deliveries.retry import RetryPolicy


class Settlement(NamedTuple):
    """What to write down of `claim`. `refunded` attempts do not count. `lesson` is what else is
    learnt from it, in the same transaction. `silence_s`: the platform asked for so many seconds of
    it.
    """

    claim: Claim
    status: DeliveryStatus
    due_at: datetime | None = None
    sent_at: datetime | None = None
    provider_id: str | None = None
    reason: str | None = None
    refunded: int = 0
    silence_s: float | None = None
    lesson: Callable[[Session], object] | None = None

    @property
    def row(self) -> tuple[object, ...]:
        return (
            self.claim.id,
            self.claim.token,
            self.status,
            self.due_at,
            self.claim.attempts - self.refunded,
            self.sent_at,
            self.provider_id,
            self.reason,
        )


def sent(claim: Claim, *, provider_id: str | None, now: datetime) -> Settlement:
    """It arrived, as far as the platform says."""
    return Settlement(claim, DeliveryStatus.SENT, sent_at=now, provider_id=provider_id)


def refused(
    claim: Claim,
    error: DeliveryError,
    *,
    now: datetime,
    policy: RetryPolicy,
    lesson: Callable[[Session], object] | None = None,
) -> Settlement:
    """It was not sent, or not surely: tried again when, held, or given up."""
    verdict = policy.judge(error, attempts=claim.attempts)
    return Settlement(
        claim,
        DeliveryStatus(verdict.status),
        due_at=now + verdict.delay,
        reason=error.reason,
        refunded=verdict.refunded,
        silence_s=error.retry_after_s,
        lesson=lesson,
    )


def cancelled(claim: Claim, *, reason: str) -> Settlement:
    """Nobody needs to hear of it any more."""
    return Settlement(claim, DeliveryStatus.CANCELLED, reason=reason)


def unheard(claim: Claim, *, reason: str) -> Settlement:
    """It was not tried, and will not be."""
    return Settlement(claim, DeliveryStatus.CANCELLED, reason=reason, refunded=1)


def buried(claim: Claim, *, reason: str) -> Settlement:
    """No retry can help: what is to be told can't be made out."""
    return Settlement(claim, DeliveryStatus.DEAD, reason=reason)


def postponed(claim: Claim, *, due_at: datetime | None = None) -> Settlement:
    """It was not tried after all, and waits again: from now on, or until `due_at`."""
    return Settlement(claim, DeliveryStatus.PENDING, due_at=due_at, refunded=1)


def settle(session: Session, settlements: Iterable[Settlement]) -> set[int]:
    """Write them down; the ids of those whose claim still held. Of the others nothing changes."""
    told = list(settlements)
    settled = set(_SETTLE.run(session, [one.row for one in told])) if told else set()
    for one in told:
        if one.lesson is not None:
            one.lesson(session)
    return settled


_SETTLE = Batch(
    "UPDATE deliveries SET status = told.status, due_at = coalesce(told.due_at, deliveries.due_at),"
    " attempts = told.attempts, sent_at = coalesce(told.sent_at, deliveries.sent_at),"
    " provider_id = coalesce(told.provider_id, deliveries.provider_id),"
    " last_error = coalesce(told.last_error, deliveries.last_error), lease_until = NULL"
    " FROM {rows} AS told WHERE deliveries.id = told.id"
    " AND deliveries.claim_token = told.token AND deliveries.status = 'sending'"
    " RETURNING deliveries.id",
    {
        "id": "bigint",
        "token": "text",
        "status": "text",
        "due_at": "timestamptz",
        "attempts": "integer",
        "sent_at": "timestamptz",
        "provider_id": "text",
        "last_error": "text",
    },
)
