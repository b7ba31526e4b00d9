"""An event in numbers: who comes, from which side, at which table, added by whom, since when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from core.access import Actor, Permission, require
from core.events import Event
from core.guests import Guest, GuestStatus
from core.people import Person

DAYS = 14
MOST_ROWS = 30
_PARTY = 1 + Guest.plus_ones + Guest.children


@dataclass
class Tally:
    """Rows by status, and heads: whoever is on the list with all who come along."""

    guests: dict[GuestStatus, int] = field(default_factory=dict)
    heads: dict[GuestStatus, int] = field(default_factory=dict)

    @property
    def invited(self) -> int:
        return sum(self.guests.values())

    @property
    def coming(self) -> int:
        """Heads."""
        return self.heads.get(GuestStatus.CONFIRMED, 0)

    def add(self, status: GuestStatus, guests: int, heads: int) -> None:
        self.guests[status] = self.guests.get(status, 0) + guests
        self.heads[status] = self.heads.get(status, 0) + heads


@dataclass(frozen=True, slots=True)
class Homes:
    """Households: all, those of which everybody has answered, those of which somebody comes."""

    all: int
    answered: int
    coming: int


@dataclass(frozen=True, slots=True)
class EventStats:
    """`children` are those who come. `days` are answers by day (UTC), oldest first, of DAYS."""

    event: Event
    total: Tally
    sides: dict[str | None, Tally]
    inviters: dict[str | None, Tally]
    tables: dict[str | None, Tally]
    homes: Homes
    children: int
    days: list[tuple[date, int]]


def count_event(session: Session, actor: Actor, *, event: Event, now: datetime) -> EventStats:
    """Raises Forbidden, NotFound."""
    require(session, actor, Permission.LIST_GUESTS, event.group)
    return count_guests(session, event, now=now)


def count_guests(session: Session, event: Event, *, now: datetime) -> EventStats:
    """For whoever may see it; what it takes grows with the list."""
    by_side = _tallies(session, event, Guest.side)
    total = Tally()
    for tally in by_side.values():
        for status, guests in tally.guests.items():
            total.add(status, guests, tally.heads[status])
    return EventStats(
        event=event,
        total=total,
        sides=by_side,
        inviters=_by_name(session, _tallies(session, event, Guest.added_by_id)),
        tables={name: one for name, one in _tallies(session, event, Guest.seating).items() if name},
        homes=_homes(session, event),
        children=_children(session, event),
        days=_days(session, event, now),
    )


def _tallies(session: Session, event: Event, column: Any) -> dict[Any, Tally]:
    rows = session.execute(
        select(column, Guest.status, func.count(), func.sum(_PARTY))
        .where(*_here(event))
        .group_by(column, Guest.status)
        .order_by(column)
    )
    found: dict[Any, Tally] = {}
    for value, status, guests, heads in rows:
        found.setdefault(value, Tally()).add(status, guests, int(heads))
    return found


def _by_name(session: Session, tallies: dict[int | None, Tally]) -> dict[str | None, Tally]:
    ids = [id_ for id_ in tallies if id_ is not None]
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    names = {row.id: row.name for row in rows}
    named: dict[str | None, Tally] = {}
    for id_, tally in tallies.items():
        one = named.setdefault(names.get(id_) if id_ is not None else None, Tally())
        for status, guests in tally.guests.items():
            one.add(status, guests, tally.heads[status])
    return dict(sorted(named.items(), key=lambda item: -item[1].invited)[:MOST_ROWS])


def _homes(session: Session, event: Event) -> Homes:
    waits = func.max(case((Guest.status == GuestStatus.INVITED, 1), else_=0))
    comes = func.max(case((Guest.status == GuestStatus.CONFIRMED, 1), else_=0))
    each = (
        select(waits.label("waits"), comes.label("comes"))
        .where(*_here(event), Guest.household_id.is_not(None))
        .group_by(Guest.household_id)
        .subquery()
    )
    all_, waiting, coming = session.execute(
        select(func.count(), func.sum(each.c.waits), func.sum(each.c.comes)).select_from(each)
    ).one()
    return Homes(all_, all_ - int(waiting or 0), int(coming or 0))


def _children(session: Session, event: Event) -> int:
    """Those without rows of their own, and those with."""
    child = Guest.children + case((Guest.is_child.is_(True), 1), else_=0)
    coming = Guest.status == GuestStatus.CONFIRMED
    total = select(func.coalesce(func.sum(child), 0)).where(*_here(event), coming)
    return int(session.scalars(total).one())


def _days(session: Session, event: Event, now: datetime) -> list[tuple[date, int]]:
    first = (now - timedelta(days=DAYS - 1)).date()
    day = func.date(Guest.answered_at)
    since = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=DAYS - 1)
    rows = session.execute(
        select(day, func.count()).where(*_here(event), Guest.answered_at >= since).group_by(day)
    )
    counted = {str(when): count for when, count in rows}
    days = [first + timedelta(days=number) for number in range(DAYS)]
    return [(one, counted.get(one.isoformat(), 0)) for one in days]


def _here(event: Event) -> Sequence[ColumnElement[bool]]:
    return Guest.event_id == event.id, Guest.removed_at.is_(None)
