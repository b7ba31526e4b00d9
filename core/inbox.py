"""What came in, once: each update is kept here before it is acknowledged, until it is handled."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    JSON,
    Index,
    String,
    Text,
    UniqueConstraint,
    bindparam,
    delete,
    func,
    null,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.database import announce
from core.database.prepared import Prepared
from core.model import Base, Id, Moment, Payload, change, choice, count_rows, insert_new
from core.tokens import without_tokens

TOPIC = "inbox"
MAX_ATTEMPTS = 3


class InboxStatus(StrEnum):
    PENDING = "pending"
    HANDLED = "handled"
    UNREADABLE = "unreadable"
    DEAD = "dead"


class InboxRow(Base):
    """One update as the platform sent it. `lane` is the chat in which order is kept, `reply` what
    is still to be answered: see `core.replies`.
    """

    __tablename__ = "inbox"
    __table_args__ = (UniqueConstraint("platform", "external_id"),)

    id: Mapped[Id]
    platform: Mapped[str] = mapped_column(String(16))
    external_id: Mapped[str] = mapped_column(String(64))
    lane: Mapped[str] = mapped_column(String(64))
    # Whose it is, so that it can be erased with them.
    sender: Mapped[str | None] = mapped_column(String(320), index=True)
    # Not JSONB, which refuses \u0000 and lone surrogates: one such update would block its batch.
    payload: Mapped[Payload] = mapped_column(JSON)
    status: Mapped[InboxStatus] = mapped_column(
        choice(InboxStatus, "status"), default=InboxStatus.PENDING
    )
    attempts: Mapped[int] = mapped_column(default=0)
    received_at: Mapped[Moment]
    handled_at: Mapped[Moment | None]
    last_error: Mapped[str | None] = mapped_column(Text)
    reply: Mapped[Payload | None] = mapped_column(JSON(none_as_null=True))


COUNTED = (InboxStatus.PENDING, InboxStatus.UNREADABLE, InboxStatus.DEAD)
_WAITING = text("status = 'pending'")
_TROUBLE = text("status IN ('unreadable', 'dead')")
Index("ix_inbox_waiting", InboxRow.id, sqlite_where=_WAITING, postgresql_where=_WAITING)
Index("ix_inbox_trouble", InboxRow.status, sqlite_where=_TROUBLE, postgresql_where=_TROUBLE)
Index("ix_inbox_handled", InboxRow.handled_at)
_OWED = text("reply IS NOT NULL")
Index("ix_inbox_owed", InboxRow.id, sqlite_where=_OWED, postgresql_where=_OWED)


_ROWS = InboxRow.metadata.tables[InboxRow.__tablename__]
_HANDLE = Prepared(
    update(_ROWS)
    .where(_ROWS.c.id == bindparam("row_id"), _ROWS.c.status == InboxStatus.PENDING)
    # Nothing stays of what was said: it may hold a token that still opens an invite.
    .values(status=InboxStatus.HANDLED, handled_at=bindparam("now"), payload={})
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """An update to be kept: `external_id` is the platform's own id for it."""

    platform: str
    external_id: str
    lane: str
    payload: Payload
    sender: str | None = None

    def as_row(self) -> dict[str, object]:
        """By its columns; the payload is not copied."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def keep(session: Session, arrivals: Iterable[Arrival], *, now: datetime) -> int:
    """Store what arrived, each once however often it is repeated; how many were new.

    Told apart by id, never by the highest seen: Telegram's ids start anew after a quiet week.
    """
    state = {"received_at": now, "status": InboxStatus.PENDING, "attempts": 0}
    rows = [arrival.as_row() | state for arrival in arrivals]
    new = insert_new(session, InboxRow, rows, key=("platform", "external_id"))
    if new:
        announce(session, TOPIC)
    return len(new)


def list_waiting(
    session: Session, *, busy_lanes: Collection[str] = (), limit: int
) -> list[InboxRow]:
    """The oldest unhandled updates outside the lanes that are being worked on."""
    query = select(InboxRow).where(InboxRow.status == InboxStatus.PENDING)
    if busy_lanes:
        query = query.where(InboxRow.lane.not_in(busy_lanes))
    return list(session.scalars(query.order_by(InboxRow.id).limit(limit)))


def mark_handled(session: Session, row_id: int, *, now: datetime) -> bool:
    """Claim the update's effects for this unit. False when another unit already had them."""
    return _HANDLE.run(session, {"row_id": row_id, "now": now}) == 1


def set_aside(session: Session, row_id: int, *, reason: str, now: datetime) -> None:
    """Nobody can read it: kept for people to look at, and out of the way of the others."""
    row = session.get_one(InboxRow, row_id)
    row.status = InboxStatus.UNREADABLE
    row.last_error = reason
    row.handled_at = now
    row.payload = _without_tokens(row.payload)


def mark_failed(session: Session, row_id: int, *, reason: str) -> InboxStatus:
    """Handling it failed by a bug: it stays for replay, and is dead after three tries.

    An update that was handled after all stays so.
    """
    row = session.get_one(InboxRow, row_id, with_for_update=True)
    if row.status is not InboxStatus.PENDING:
        return row.status
    row.attempts += 1
    row.last_error = reason
    if row.attempts >= MAX_ATTEMPTS:
        row.status = InboxStatus.DEAD
        row.payload = _without_tokens(row.payload)
    return row.status


def _without_tokens(payload: Payload) -> Payload:
    cleaned: Payload = json.loads(without_tokens(json.dumps(payload)))
    return cleaned


def prune(session: Session, *, before: datetime, limit: int = 1000) -> int:
    """Delete updates that were handled before then, a chunk at a time; how many went."""
    old = (
        select(InboxRow.id)
        .where(InboxRow.handled_at < before, InboxRow.status == InboxStatus.HANDLED)
        .limit(limit)
    )
    return change(session, delete(InboxRow).where(InboxRow.id.in_(old)))


def blank(session: Session, *, platform: str, sender: str, now: datetime) -> int:
    """Erase what somebody sent, and keep only that something came; how many rows that were.

    What waits is handled no more, and goes with the handled ones. A private chat's lane is its
    person's own address.
    """
    theirs = or_(InboxRow.sender == sender, InboxRow.lane == sender)
    mine = update(InboxRow).where(InboxRow.platform == platform, theirs)
    blanked = mine.values(
        payload={},
        reply=null(),
        sender=None,
        lane="",
        last_error=None,
        status=InboxStatus.HANDLED,
        handled_at=func.coalesce(InboxRow.handled_at, now),
    )
    return change(session, blanked)


def oldest_waiting(session: Session) -> datetime | None:
    """When the update that waits longest came in."""
    return session.scalar(
        select(InboxRow.received_at).where(_WAITING).order_by(InboxRow.id).limit(1)
    )


def count_by_status(session: Session) -> dict[str, int]:
    """How many wait, and how many somebody should look at."""
    return count_rows(session, InboxRow.status, (_WAITING, _TROUBLE))
