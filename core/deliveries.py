"""Delivery: one message to one destination by one channel; claimed, sent by others, settled."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    Text,
    UniqueConstraint,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, aliased, contains_eager, mapped_column, relationship

from core.delivery_error import DeliveryError
from core.model import Base, Id, Moment, change, choice, count_rows, database_time
from core.outbox import OutboxEvent
from core.retry import RetryPolicy

LEASE = timedelta(seconds=60)
# A row whose sender vanished this often is what makes senders vanish.
MAX_LOST_CLAIMS = 3


class DeliveryStatus(StrEnum):
    """`read`, `delivered` and `cancelled` are set by receipts and by people, not by a sender."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    DEAD = "dead"
    UNCERTAIN = "uncertain"
    CANCELLED = "cancelled"


OPEN = (DeliveryStatus.PENDING, DeliveryStatus.SENDING)
COUNTED = (*OPEN, DeliveryStatus.FAILED, DeliveryStatus.DEAD, DeliveryStatus.UNCERTAIN)
# Spelled out in the statement: a partial index serves only a query that shows these very values.
_OPEN: BindParameter[tuple[DeliveryStatus, ...]] = bindparam(
    "open", OPEN, expanding=True, literal_execute=True
)


class Delivery(Base):
    """The trail of one message: to whom, by which channel, how often tried, with what result."""

    __tablename__ = "deliveries"
    __table_args__ = (UniqueConstraint("outbox_id", "channel", "address"),)

    id: Mapped[Id]
    outbox_id: Mapped[int] = mapped_column(ForeignKey("outbox.id", ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(String(16))
    address: Mapped[str] = mapped_column(String(320))
    kind: Mapped[str] = mapped_column(String(32))
    status: Mapped[DeliveryStatus] = mapped_column(
        choice(DeliveryStatus, "status"), default=DeliveryStatus.PENDING
    )
    attempts: Mapped[int] = mapped_column(default=0)
    lost_claims: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[Moment]
    claim_token: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[Moment | None]
    sent_at: Mapped[Moment | None]
    provider_id: Mapped[str | None] = mapped_column(String(128))
    last_error: Mapped[str | None] = mapped_column(Text)
    reported_at: Mapped[Moment | None]  # when an admin heard that it is dead

    event: Mapped[OutboxEvent] = relationship(lazy="raise", innerjoin=True)


_UNSETTLED = text("status IN ('pending', 'sending')")
_TROUBLE = text("status IN ('failed', 'dead', 'uncertain')")
Index("ix_deliveries_due", Delivery.due_at, sqlite_where=_UNSETTLED, postgresql_where=_UNSETTLED)
Index(
    "ix_deliveries_destination",
    Delivery.channel,
    Delivery.address,
    Delivery.id,
    sqlite_where=_UNSETTLED,
    postgresql_where=_UNSETTLED,
)
_UNREPORTED = text("status = 'dead' AND reported_at IS NULL")
Index(
    "ix_deliveries_unreported",
    Delivery.outbox_id,
    sqlite_where=_UNREPORTED,
    postgresql_where=_UNREPORTED,
)
Index("ix_deliveries_trouble", Delivery.status, sqlite_where=_TROUBLE, postgresql_where=_TROUBLE)


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that is ours to send until the lease ends. `token` fences late completions."""

    id: int
    token: str
    channel: str
    address: str
    kind: str
    attempts: int
    event: OutboxEvent


def claim_due(
    session: Session, *, now: datetime, limit: int, sending: Collection[int] = ()
) -> list[Claim]:
    """Take up to `limit` due deliveries, the first of each destination only, so order is kept.

    A claim whose lease ended is free for anybody; the database's clock decides. It counts as a
    suspected repeat, because its sender may have died after sending. `sending` are those that the
    caller itself is still at, whatever a clock that jumped says of their lease.
    """
    clock = session.scalars(select(database_time())).one()
    query = _ready(now, clock)
    if sending:
        query = query.where(Delivery.id.not_in(sending))
    ready = list(session.scalars(query.limit(limit)))
    claims = [_take(delivery, lease_until=clock + LEASE) for delivery in ready]
    session.flush()
    return [claim for claim in claims if claim is not None]


def settle_sent(session: Session, claim: Claim, *, provider_id: str | None, now: datetime) -> bool:
    """Note that it was sent. False when the claim was lost meanwhile; nothing is overwritten."""
    return _settle(session, claim, status=DeliveryStatus.SENT, sent_at=now, provider_id=provider_id)


def settle_refused(
    session: Session, claim: Claim, error: DeliveryError, *, now: datetime, policy: RetryPolicy
) -> bool:
    """Note that it was not sent, or not surely. False when the claim was lost meanwhile."""
    verdict = policy.judge(error, attempts=claim.attempts)
    return _settle(
        session,
        claim,
        status=DeliveryStatus(verdict.status),
        due_at=now + verdict.delay,
        attempts=claim.attempts - verdict.refunded,
        last_error=error.reason,
    )


def cancel(session: Session, claim: Claim, *, reason: str) -> bool:
    """Nobody needs to hear of it any more."""
    return _settle(session, claim, status=DeliveryStatus.CANCELLED, last_error=reason)


def bury(session: Session, claim: Claim, *, reason: str) -> bool:
    """No retry can help: what is to be told can't be made out."""
    return _settle(session, claim, status=DeliveryStatus.DEAD, last_error=reason)


def call_off(session: Session, *, channel: str, address: str, reason: str) -> int:
    """Nothing can be said there any more: what waits is cancelled; how many messages."""
    waiting = update(Delivery).where(
        Delivery.channel == channel,
        Delivery.address == address,
        Delivery.status == DeliveryStatus.PENDING,
    )
    return change(session, waiting.values(status=DeliveryStatus.CANCELLED, last_error=reason))


def list_told(
    session: Session, *, subject: str, kind: str, channel: str, address: str
) -> list[str]:
    """The provider's ids of the messages of that kind about `subject` at one destination."""
    return list(
        session.scalars(
            select(Delivery.provider_id)
            .join(Delivery.event)
            .where(
                OutboxEvent.subject == subject,
                Delivery.kind == kind,
                Delivery.channel == channel,
                Delivery.address == address,
                Delivery.provider_id.is_not(None),
            )
            .order_by(Delivery.id)
        )
    )


def list_told_where(session: Session, *, subject: str, kind: str) -> list[tuple[str, str]]:
    """The channel and address of each destination that is told that kind about `subject`."""
    told = (
        select(Delivery.channel, Delivery.address)
        .join(Delivery.event)
        .where(OutboxEvent.subject == subject, Delivery.kind == kind)
        .distinct()
    )
    return [(row.channel, row.address) for row in session.execute(told)]


def readdress(session: Session, *, channel: str, old: str, new: str) -> None:
    """A destination moved: what waits for it follows, unless it is told there already."""
    twin = aliased(Delivery)
    told = exists().where(
        twin.outbox_id == Delivery.outbox_id, twin.channel == channel, twin.address == new
    )
    waiting = update(Delivery).where(
        Delivery.channel == channel, Delivery.address == old, Delivery.status.in_(_OPEN)
    )
    reason = "the destination moved to where this was told already"
    change(session, waiting.where(told).values(status=DeliveryStatus.CANCELLED, last_error=reason))
    change(session, waiting.values(address=new))


def withdraw(session: Session, *, channel: str, address: str, reason: str) -> None:
    """Nothing that waits goes to this destination any more."""
    waiting = update(Delivery).where(
        Delivery.channel == channel, Delivery.address == address, Delivery.status.in_(_OPEN)
    )
    change(session, waiting.values(status=DeliveryStatus.CANCELLED, last_error=reason))


def oldest_due(session: Session) -> datetime | None:
    """When the delivery that waits longest was due, apart from those that wait for their turn
    behind another to the same destination.
    """
    waiting = select(func.min(Delivery.due_at)).where(Delivery.status.in_(_OPEN))
    return session.scalar(waiting.where(_is_first_there()))


def count_by_status(session: Session) -> dict[str, int]:
    """How many wait or are being sent, and how many somebody should look at."""
    return count_rows(session, Delivery.status, (_UNSETTLED, _TROUBLE))


def _ready(now: datetime, clock: datetime) -> Select[Delivery]:
    return (
        select(Delivery)
        .join(Delivery.event)
        .options(contains_eager(Delivery.event))
        .where(Delivery.status.in_(_OPEN), _is_free(now, clock), _is_first_there())
        .order_by(Delivery.due_at, Delivery.id)
        .with_for_update(skip_locked=True, of=Delivery)
    )


def _is_first_there() -> ColumnElement[bool]:
    """Whether nothing older still waits for the same destination: order is kept there."""
    earlier = aliased(Delivery)
    return ~exists().where(
        earlier.channel == Delivery.channel,
        earlier.address == Delivery.address,
        earlier.status.in_(_OPEN),
        earlier.id < Delivery.id,
    )


def _is_free(now: datetime, clock: datetime) -> ColumnElement[bool]:
    return or_(
        and_(Delivery.status == DeliveryStatus.PENDING, Delivery.due_at <= now),
        and_(Delivery.status == DeliveryStatus.SENDING, Delivery.lease_until < clock),
    )


def _take(delivery: Delivery, *, lease_until: datetime) -> Claim | None:
    if delivery.status is DeliveryStatus.SENDING:
        delivery.lost_claims += 1
    if delivery.lost_claims >= MAX_LOST_CLAIMS:
        delivery.status = DeliveryStatus.DEAD
        delivery.last_error = "its sender vanished each time it was tried"
        return None
    delivery.status = DeliveryStatus.SENDING
    delivery.attempts += 1
    delivery.claim_token = token = secrets.token_hex(16)
    delivery.lease_until = lease_until
    return Claim(
        id=delivery.id,
        token=token,
        channel=delivery.channel,
        address=delivery.address,
        kind=delivery.kind,
        attempts=delivery.attempts,
        event=delivery.event,
    )


def _settle(session: Session, claim: Claim, **values: object) -> bool:
    settled = change(
        session,
        update(Delivery)
        .where(
            Delivery.id == claim.id,
            Delivery.claim_token == claim.token,
            Delivery.status == DeliveryStatus.SENDING,
        )
        .values(claim_token=None, lease_until=None, **values),
    )
    return settled == 1
