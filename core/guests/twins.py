"""Twins: two rows that may be one guest, until somebody says that they are two."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import combinations
from typing import Any

import rapidfuzz
from sqlalchemy import ForeignKey, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column

from core.access import Actor, Permission, require
from core.audit import note
from core.errors import NotFound
from core.events import Event
from core.guests import Guest
from core.model import Base, Id, insert_new
from core.people import Person
from core.people.selves import current_self

PAIRS_SHOWN = 5
# Of 100, within one household or without any; with a number or an address the name may be any.
ALIKE = 88
# More of one number are an office or a school, and no twins.
MOST_SHARING = 6
MOST_LOOKED_AT = 2000


class Likeness(StrEnum):
    """What speaks for it that two are one."""

    PERSON = "person"
    PHONE = "phone"
    EMAIL = "email"
    NAME = "name"
    SIMILAR = "similar"


class GuestTwin(Base):
    """Two guests who are two people, as somebody said: they are not shown as a pair again."""

    __tablename__ = "guest_twins"
    __table_args__ = (UniqueConstraint("low_id", "high_id"),)

    id: Mapped[Id]
    low_id: Mapped[int] = mapped_column(ForeignKey("guests.id", ondelete="CASCADE"))
    high_id: Mapped[int] = mapped_column(ForeignKey("guests.id", ondelete="CASCADE"), index=True)


@dataclass(frozen=True, slots=True)
class Pair:
    """The older of the two rows, the newer, and why they are shown."""

    low: Guest
    high: Guest
    likeness: Likeness


def find_pairs(session: Session, actor: Actor, *, event: Event) -> list[Pair]:
    """The first PAIRS_SHOWN pairs that may be one, the surest first. Raises Forbidden, NotFound."""
    require(session, actor, Permission.EDIT_GUESTS, event.group)
    found: dict[tuple[int, int], Likeness] = {}
    for likeness, pairs in _candidates(session, event):
        for pair in pairs:
            found.setdefault(pair, likeness)
    parted = _parted(session, found)
    shown = [pair for pair in found if pair not in parted][:PAIRS_SHOWN]
    guests = _load(session, {id_ for pair in shown for id_ in pair})
    return [Pair(guests[low], guests[high], found[low, high]) for low, high in shown]


def keep_both(
    session: Session, actor: Actor, *, event: Event, low_id: int, high_id: int, now: datetime
) -> None:
    """They are two. Saying it again changes nothing. Raises Forbidden, NotFound."""
    require(session, actor, Permission.EDIT_GUESTS, event.group)
    low_id, high_id = sorted((low_id, high_id))
    if low_id == high_id or len(_load(session, {low_id, high_id}, event)) < 2:
        raise NotFound("guest_unknown")
    pair = {"low_id": low_id, "high_id": high_id}
    if insert_new(session, GuestTwin, [pair], key=("low_id", "high_id")):
        subject = f"guest:{low_id}"
        note(session, actor, action="guests.parted", group=event.group, now=now, subject=subject)


def _candidates(
    session: Session, event: Event
) -> Iterator[tuple[Likeness, Iterable[tuple[int, int]]]]:
    yield Likeness.PERSON, _linked(session, event)
    yield Likeness.PHONE, _sharing(session, event, Guest.phone_key)
    yield Likeness.EMAIL, _sharing(session, event, Guest.email)
    yield Likeness.NAME, _namesakes(session, event)
    yield Likeness.SIMILAR, _alike(session, event)


def _linked(session: Session, event: Event) -> list[tuple[int, int]]:
    """Rows of accounts that are one person by now."""
    listed = Guest.event_id == event.id, Guest.removed_at.is_(None)
    merged = (
        select(Guest.id, Guest.person_id)
        .join(Guest.person)
        .where(*listed, Person.merged_into_id.is_not(None))
        .limit(MOST_LOOKED_AT)
    )
    pairs = []
    for id_, person_id in session.execute(merged).all():
        today = current_self(session, person_id or 0)
        whose = Guest.person_id == (today.id if today else None)
        others = session.scalars(select(Guest.id).where(*listed, whose))
        pairs += [(min(id_, other), max(id_, other)) for other in others]
    return pairs


def _sharing(session: Session, event: Event, column: Any) -> list[tuple[int, int]]:
    """Pairs of the same number or address; a couple among them keeps both."""
    groups = _groups(session, event, column)
    return [pair for ids in groups.values() for pair in combinations(ids, 2)]


def _namesakes(session: Session, event: Event) -> list[tuple[int, int]]:
    groups = _groups(session, event, Guest.name_key)
    pairs = [pair for ids in groups.values() for pair in combinations(ids, 2)]
    guests = _load(session, {id_ for pair in pairs for id_ in pair})
    return [pair for pair in pairs if _may_be_one(guests[pair[0]], guests[pair[1]])]


def _groups(session: Session, event: Event, column: Any) -> dict[str, list[int]]:
    here = Guest.event_id == event.id, Guest.removed_at.is_(None), column.is_not(None), column != ""
    shared = (
        select(column)
        .where(*here)
        .group_by(column)
        .having(func.count().between(2, MOST_SHARING))
        .limit(MOST_LOOKED_AT)
    )
    rows = session.execute(
        select(column, Guest.id).where(*here, column.in_(shared)).order_by(Guest.id)
    )
    groups: dict[str, list[int]] = defaultdict(list)
    for value, id_ in rows:
        groups[value].append(id_)
    return groups


def _alike(session: Session, event: Event) -> list[tuple[int, int]]:
    """Slips of the pen, among those of one household."""
    rows = session.execute(
        select(Guest.household_id, Guest.id, Guest.name_key)
        .where(
            Guest.event_id == event.id,
            Guest.removed_at.is_(None),
            Guest.household_id.is_not(None),
        )
        .order_by(Guest.household_id, Guest.id)
        .limit(MOST_LOOKED_AT)
    )
    homes: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for home, id_, name in rows:
        homes[home or 0].append((id_, name))
    return [
        (low, high)
        for people in homes.values()
        for (low, name), (high, other) in combinations(people[: 2 * MOST_SHARING], 2)
        if name != other and rapidfuzz.fuzz.ratio(name, other) >= ALIKE
    ]


def _may_be_one(one: Guest, other: Guest) -> bool:
    """Two numbers, or two households, are two people of one name."""
    phones = one.phone_key is None or other.phone_key is None or one.phone_key == other.phone_key
    homes = (
        one.household_id is None
        or other.household_id is None
        or one.household_id == other.household_id
    )
    return phones and homes


def _parted(session: Session, pairs: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    lows = sorted({low for low, _ in pairs})
    query = select(GuestTwin.low_id, GuestTwin.high_id).where(GuestTwin.low_id.in_(lows))
    return {(row.low_id, row.high_id) for row in session.execute(query)}


def _load(session: Session, ids: set[int], event: Event | None = None) -> dict[int, Guest]:
    query = select(Guest).where(Guest.id.in_(sorted(ids)), Guest.removed_at.is_(None))
    if event is not None:
        query = query.where(Guest.event_id == event.id)
    loaded: Sequence[Guest] = session.scalars(query.options(joinedload(Guest.household))).all()
    return {guest.id: guest for guest in loaded}
