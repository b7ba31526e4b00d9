"""EventReminder: a moment at which some of an event's guests are reminded."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.model import Base, Id, Moment, choice


class ReminderKind(StrEnum):
    WEEK = "week"
    DAY = "day"
    ANSWER = "answer"


class EventReminder(Base):
    """Planned for `due_at`, and told at most once; of each kind an event has one."""

    __tablename__ = "event_reminders"
    __table_args__ = (UniqueConstraint("event_id", "kind"),)

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    kind: Mapped[ReminderKind] = mapped_column(choice(ReminderKind, "kind"))
    due_at: Mapped[Moment]
    told_at: Mapped[Moment | None]


_WAITS = text("told_at IS NULL")
Index("ix_event_reminders_due", EventReminder.due_at, sqlite_where=_WAITS, postgresql_where=_WAITS)
