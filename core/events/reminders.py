"""EventReminder: a moment at which some of an event's guests are reminded."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import ForeignKey, Index, UniqueConstraint, delete, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.events import Event, find_event
from core.events.telling import tell_guests
from core.facts.events import EventReminded
from core.model import Base, Id, Moment, choice

# Nobody is woken: from ten in the evening to eight in the morning, in the event's own zone.
NIGHT, MORNING = time(22), time(8)
# What is told so late, after an outage, is no reminder any more.
TOO_LATE = timedelta(hours=24)


class ReminderKind(StrEnum):
    """A week and a day before it begins, who said yes or maybe; before the deadline, who has not
    answered. Who said no is never reminded.
    """

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


def plan_reminders(session: Session, event: Event, *, now: datetime) -> None:
    """Plan anew what is still to come; times that are over are skipped."""
    session.execute(delete(EventReminder).where(EventReminder.event_id == event.id))
    if event.cancelled_at is not None:
        return
    for kind, due_at, latest in _moments(event):
        shown = by_day(due_at, event.timezone, latest=latest)
        if shown > now:
            session.add(EventReminder(event_id=event.id, kind=kind, due_at=shown))
    session.flush()


def by_day(moment: datetime, zone: str, *, latest: datetime) -> datetime:
    """The moment, or the next morning when it is night; the evening before when that is too late
    for what has to be said before `latest`.
    """
    here = moment.astimezone(ZoneInfo(zone))
    if MORNING <= here.time() < NIGHT:
        return moment
    day = here.date() + timedelta(days=1 if here.time() >= NIGHT else 0)
    morning = datetime.combine(day, MORNING, ZoneInfo(zone)).astimezone(UTC)
    if morning < latest:
        return morning
    evening = datetime.combine(day - timedelta(days=1), time(21), ZoneInfo(zone))
    return evening.astimezone(UTC)


def remind_guests(session: Session, *, now: datetime) -> bool:
    """Tell of the reminder that is due longest. False when none is."""
    reminder = session.scalar(
        select(EventReminder)
        .where(EventReminder.told_at.is_(None), EventReminder.due_at <= now)
        .order_by(EventReminder.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if reminder is None:
        return False
    event = find_event(session, reminder.event_id)
    assert event is not None
    awake = by_day(now, event.timezone, latest=event.starts_at or now)
    if awake > now:
        reminder.due_at = awake
        return True
    reminder.told_at = now
    if awake == now and _is_worth_telling(event, reminder, now):
        kind = reminder.kind.value
        fact = EventReminded(group_id=event.id, kind=kind)
        tell_guests(session, fact, audience=kind, now=now)
    return True


def _moments(event: Event) -> list[tuple[ReminderKind, datetime, datetime]]:
    """Each kind with when it is due and before when it must be told."""
    found = []
    if event.starts_at is not None:
        begins = event.starts_at
        found.append((ReminderKind.WEEK, _earlier(begins, event.timezone, 7), begins))
        found.append((ReminderKind.DAY, _earlier(begins, event.timezone, 1), begins))
    if event.deadline is not None:
        ends = event.deadline
        found.append((ReminderKind.ANSWER, _earlier(ends, event.timezone, 2), ends))
    return found


def _earlier(moment: datetime, zone: str, days: int) -> datetime:
    """So many days before by the wall clock: a day on which the clocks change is a day."""
    wall = moment.astimezone(ZoneInfo(zone)) - timedelta(days=days)
    return wall.astimezone(UTC)


def _is_worth_telling(event: Event, reminder: EventReminder, now: datetime) -> bool:
    if event.cancelled_at is not None or now - reminder.due_at > TOO_LATE:
        return False
    end = event.deadline if reminder.kind is ReminderKind.ANSWER else event.starts_at
    return end is None or now < end
