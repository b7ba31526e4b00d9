"""OutboxEvent: a fact in the past tense, recorded in the transaction of the change it tells."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, cast

from sqlalchemy import ForeignKey, Index, String, Table, Text, bindparam, insert, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.database import announce
from core.database.prepared import Prepared
from core.facts import Fact
from core.model import Base, Id, Moment, Payload, choice, count_rows

TOPIC = "outbox"


class EventStatus(StrEnum):
    PENDING = "pending"
    DONE = "done"
    DEAD = "dead"


class OutboxEvent(Base):
    """Something that happened and that somebody may have to hear of."""

    __tablename__ = "outbox"

    id: Mapped[Id]
    event_type: Mapped[str] = mapped_column(String(64))
    group_id: Mapped[int | None] = mapped_column(
        ForeignKey("groups.id", ondelete="CASCADE"), index=True
    )
    subject: Mapped[str | None] = mapped_column(String(64), index=True)
    payload: Mapped[Payload]
    status: Mapped[EventStatus] = mapped_column(
        choice(EventStatus, "status"), default=EventStatus.PENDING
    )
    created_at: Mapped[Moment]
    processed_at: Mapped[Moment | None]
    last_error: Mapped[str | None] = mapped_column(Text)
    reported_at: Mapped[Moment | None]  # when an admin heard that it is dead


COUNTED = (EventStatus.PENDING, EventStatus.DEAD)
# Only what waits is in the index, so that history costs nothing.
WAITING = text("status = 'pending'")
Index("ix_outbox_waiting", OutboxEvent.id, sqlite_where=WAITING, postgresql_where=WAITING)
_DEAD = text("status = 'dead'")
Index("ix_outbox_dead", OutboxEvent.status, sqlite_where=_DEAD, postgresql_where=_DEAD)


def record(session: Session, fact: Fact, *, now: datetime) -> None:
    """Write down a fact, and wake the outbox job when this unit commits."""
    told = {
        "event_type": fact.event_type,
        "group_id": fact.group_id,
        "subject": fact.subject,
        "payload": fact.model_dump(),
        "status": EventStatus.PENDING,
        "created_at": now,
    }
    _RECORD.run(session, told)
    announce(session, TOPIC)


class WaitingEvent(NamedTuple):
    """What is read of one to fan it out."""

    id: int
    event_type: str
    payload: Payload


def list_waiting(session: Session, *, limit: int) -> list[WaitingEvent]:
    """The oldest facts that were not fanned out yet, locked against other workers."""
    return [WaitingEvent(*row) for row in _OLDEST.rows(session, {"limit": limit})]


def oldest_waiting(session: Session) -> datetime | None:
    """When the fact was recorded that waits longest to be fanned out."""
    return session.scalar(
        select(OutboxEvent.created_at).where(WAITING).order_by(OutboxEvent.id).limit(1)
    )


def count_by_status(session: Session) -> dict[str, int]:
    """How many wait, and how many somebody should look at."""
    return count_rows(session, OutboxEvent.status, (WAITING, _DEAD))


# A row and not an object: nothing else in its unit asks for it.
_RECORD = Prepared(
    insert(cast("Table", OutboxEvent.__table__)).inline(),
    *("event_type", "group_id", "subject", "payload", "status", "created_at"),
)
_OLDEST = Prepared(
    select(OutboxEvent.id, OutboxEvent.event_type, OutboxEvent.payload)
    .where(WAITING)
    .order_by(OutboxEvent.id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)
