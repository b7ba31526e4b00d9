"""Delivery: one message to one destination by one channel, and its fate."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

from sqlalchemy import (
    ColumnClause,
    ColumnElement,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    bindparam,
    exists,
    func,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column, relationship

from core.model import Base, Id, Moment, change, choice, count_rows
from core.outbox import OutboxEvent


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


class Lane(IntEnum):
    """Who goes first: what somebody waits for overtakes what goes to a crowd."""

    PROMPT = 0
    BULK = 1


# The channel that tells later what became of a message, by the id that it gave.
RECEIPTED = "whatsapp"
# A minute's worth at the pace of one bot, and some to spare.
NEWEST = 3000

OPEN = (DeliveryStatus.PENDING, DeliveryStatus.SENDING)
COUNTED = (*OPEN, DeliveryStatus.FAILED, DeliveryStatus.DEAD, DeliveryStatus.UNCERTAIN)
# Spelled out in the statement: a partial index serves only a query that shows these very values.
_OPEN: list[ColumnClause[DeliveryStatus]] = [literal_column(f"'{status}'") for status in OPEN]


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
    lane: Mapped[int] = mapped_column(SmallInteger, default=Lane.PROMPT, server_default="0")
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
_WAITING, _UNDER_WAY = text("status = 'pending'"), text("status = 'sending'")
# One for those who claim, one for those who look for claims that were lost. What is settled leaves
# all of them, so a long history costs nothing.
Index(
    "ix_deliveries_ready",
    Delivery.lane,
    Delivery.due_at,
    Delivery.id,
    sqlite_where=_WAITING,
    postgresql_where=_WAITING,
)
Index(
    "ix_deliveries_sending",
    Delivery.lease_until,
    sqlite_where=_UNDER_WAY,
    postgresql_where=_UNDER_WAY,
)
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
# What was to be done to somebody in a room and was not, as long as who ordered it has not heard.
MISSED = text("kind = 'expulsion' AND status IN ('failed', 'dead') AND reported_at IS NULL")
Index("ix_deliveries_missed", Delivery.id, sqlite_where=MISSED, postgresql_where=MISSED)
_AWAITS_RECEIPTS = text(f"channel = '{RECEIPTED}'")
Index(
    "ix_deliveries_receipted",
    Delivery.provider_id,
    sqlite_where=_AWAITS_RECEIPTS,
    postgresql_where=_AWAITS_RECEIPTS,
)
# What could not be sent to begin with: somebody may have to write down an address.
SKIPPED = text("status = 'cancelled' AND attempts = 0")
Index("ix_deliveries_skipped", Delivery.id, sqlite_where=SKIPPED, postgresql_where=SKIPPED)
Index("ix_deliveries_trouble", Delivery.status, sqlite_where=_TROUBLE, postgresql_where=_TROUBLE)


def call_off(session: Session, *, channel: str, address: str, reason: str) -> int:
    """Nothing can be said there any more: what waits is cancelled; how many messages."""
    waiting = update(Delivery).where(
        Delivery.channel == channel,
        Delivery.address == address,
        Delivery.status == DeliveryStatus.PENDING,
    )
    return change(session, waiting.values(status=DeliveryStatus.CANCELLED, last_error=reason))


def when_happened(session: Session, delivery_id: int) -> datetime:
    """When the fact was recorded that the delivery tells."""
    query = select(OutboxEvent.created_at).join(Delivery, Delivery.outbox_id == OutboxEvent.id)
    return session.scalars(query.where(Delivery.id == delivery_id)).one()


def call_off_event(session: Session, outbox_id: int, *, reason: str) -> int:
    """What waits of one fact is not sent any more; how many messages."""
    waiting = update(Delivery).where(
        Delivery.outbox_id == outbox_id, Delivery.status == DeliveryStatus.PENDING
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


def oldest_due(session: Session) -> datetime | None:
    """When the delivery that waits longest was due, apart from those that wait for their turn
    behind another to the same destination.
    """
    found = [session.scalar(_FIRST_WAITING, {"lane": lane}) for lane in Lane]
    found.append(session.scalar(_FIRST_UNDER_WAY))
    return min((moment for moment in found if moment is not None), default=None)


def list_sent_since(session: Session, moment: datetime) -> list[tuple[str, str, datetime]]:
    """Channel, address and time of what was sent since then, oldest first, as far as it is among
    the newest rows.
    """
    newest = select(func.max(Delivery.id)).scalar_subquery()
    lately = (
        select(Delivery.channel, Delivery.address, Delivery.sent_at)
        .where(Delivery.id > newest - NEWEST, Delivery.sent_at > moment)
        .order_by(Delivery.sent_at)
    )
    return [(channel, address, at) for channel, address, at in session.execute(lately) if at]


def count_by_status(session: Session) -> dict[str, int]:
    """How many wait or are being sent, and how many somebody should look at."""
    return count_rows(session, Delivery.status, (_UNSETTLED, _TROUBLE))


def is_first_there(row: Any) -> ColumnElement[bool]:
    """Whether nothing older waits for the same destination as `row`, a mapped class or the columns
    of a table, unless it is less pressing: order is kept there.
    """
    earlier = aliased(Delivery)
    return ~exists().where(
        earlier.channel == row.channel,
        earlier.address == row.address,
        earlier.status.in_(_OPEN),
        earlier.lane <= row.lane,
        earlier.id < row.id,
    )


# Spelled out for the same reason as _OPEN.
WAITING: ColumnClause[str] = literal_column("'pending'")
UNDER_WAY: ColumnClause[str] = literal_column("'sending'")
_FIRST_WAITING = (
    select(Delivery.due_at)
    .where(Delivery.status == WAITING, Delivery.lane == bindparam("lane", type_=SmallInteger))
    .where(is_first_there(Delivery))
    .order_by(Delivery.due_at)
    .limit(1)
)
_FIRST_UNDER_WAY = select(func.min(Delivery.due_at)).where(Delivery.status == UNDER_WAY)
