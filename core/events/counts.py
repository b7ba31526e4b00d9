"""EventCount: the numbers of a very long guest list, kept: to count a crowd holds up everybody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Index, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.access import Actor, Permission, require
from core.events import Event, get_event
from core.guests import Guest, GuestStatus
from core.guests.stats import EventStats, Homes, Tally, count_guests
from core.model import BIG_ID, Base, Moment, Payload

# Longer lists are counted by a job, and no more often than that.
LARGE = 10_000
KEPT_FOR = timedelta(minutes=1)


class EventCount(Base):
    """`wanted_at`: somebody has looked since it was too old, so it is to be counted anew."""

    __tablename__ = "event_counts"

    event_id: Mapped[int] = mapped_column(
        BIG_ID, ForeignKey("events.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    numbers: Mapped[Payload]
    counted_at: Mapped[Moment]
    wanted_at: Mapped[Moment | None]


_WANTED = text("wanted_at IS NOT NULL")
Index(
    "ix_event_counts_wanted",
    EventCount.wanted_at,
    sqlite_where=_WANTED,
    postgresql_where=_WANTED,
)


@dataclass(frozen=True, slots=True)
class Count:
    """The numbers of an event as they were at `at`."""

    stats: EventStats
    at: datetime


def look_at_count(session: Session, actor: Actor, *, event: Event, now: datetime) -> Count:
    """The numbers, of a list of more than LARGE as they were counted last: who looks at them when
    they are older than a minute has them counted anew. Raises Forbidden, NotFound.
    """
    require(session, actor, Permission.LIST_GUESTS, event.group)
    if not _is_large(session, event):
        return Count(count_guests(session, event, now=now), now)
    kept = session.get(EventCount, event.id)
    if kept is None:
        stats = count_guests(session, event, now=now)
        session.merge(EventCount(event_id=event.id, numbers=dump(stats), counted_at=now))
        return Count(stats, now)
    if kept.counted_at < now - KEPT_FOR and kept.wanted_at is None:
        kept.wanted_at = now
    return Count(load(kept.numbers, event), kept.counted_at)


def count_wanted_event(session: Session, *, now: datetime) -> tuple[int, Payload] | None:
    """Its number and its numbers, of the event that is wanted longest; None when none is. Reads
    only, however long that takes.
    """
    wanted = select(EventCount.event_id).where(EventCount.wanted_at.is_not(None))
    event_id = session.scalar(wanted.order_by(EventCount.wanted_at).limit(1))
    if event_id is None:
        return None
    return event_id, dump(count_guests(session, get_event(session, event_id), now=now))


def keep_count(session: Session, event_id: int, numbers: Payload, *, now: datetime) -> None:
    """What was counted at `now` is what is shown from here on."""
    kept = session.get(EventCount, event_id)
    if kept is not None:
        kept.numbers, kept.counted_at, kept.wanted_at = numbers, now, None


def dump(stats: EventStats) -> Payload:
    """As JSON."""
    return {
        **{name: _spell(getattr(stats, name).items()) for name in ("sides", "inviters", "tables")},
        "homes": [stats.homes.all, stats.homes.answered, stats.homes.coming],
        "children": stats.children,
        "days": [[day.isoformat(), count] for day, count in stats.days],
    }


def load(numbers: Payload, event: Event) -> EventStats:
    """What `dump` made of it."""
    sides = _read(numbers["sides"])
    total = Tally()
    for tally in sides.values():
        for status, guests in tally.guests.items():
            total.add(status, guests, tally.heads[status])
    return EventStats(
        event=event,
        total=total,
        sides=sides,
        inviters=_read(numbers["inviters"]),
        tables=_read(numbers["tables"]),
        homes=Homes(*numbers["homes"]),
        children=numbers["children"],
        days=[(date.fromisoformat(day), count) for day, count in numbers["days"]],
    )


def _is_large(session: Session, event: Event) -> bool:
    """Found in an index, without counting on."""
    beyond = select(Guest.id).where(Guest.event_id == event.id).order_by(Guest.id)
    return session.scalar(beyond.offset(LARGE).limit(1)) is not None


def _spell(tallies: Iterable[tuple[str | None, Tally]]) -> list[Any]:
    return [
        [name, [[status.value, one.guests[status], one.heads[status]] for status in one.guests]]
        for name, one in tallies
    ]


def _read(rows: list[Any]) -> dict[str | None, Tally]:
    found: dict[str | None, Tally] = {}
    for name, parts in rows:
        tally = found.setdefault(name, Tally())
        for status, guests, heads in parts:
            tally.add(GuestStatus(status), guests, heads)
    return found
