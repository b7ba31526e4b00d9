"""Weighing the rows of a guest list: what putting each of them in would do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from typing import Any

from sqlalchemy.orm import Session

from core.contacts.entries import Entry
from core.events import Event
from core.guests.fields import columns_of
from core.guests.matching import KnownGuests, changes_of, keeps_answer, name_of, sounds_like

AT_ONCE = 500


class Verdict(StrEnum):
    """What putting a row in would do. Of a `duplicate` the list has another row above."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    DUPLICATE = "duplicate"
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True)
class Weighed:
    """A row of a list, its columns as a Guest's but for the household's name, and how it stands.

    `changes` are what would be written into the guest `guest_id`, whose party is `party` without
    them; `held` seats are kept for them.
    """

    line: int
    said: str
    columns: Mapping[str, Any]
    verdict: Verdict
    reason: str | None = None
    guest_id: int | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)
    held: int = 0
    party: Mapping[str, int] = field(default_factory=dict)


def weigh_entries(session: Session, event: Event, entries: Iterable[Entry]) -> list[Weighed]:
    """How each row stands, in a few queries however long the event's list is. The entries are taken
    AT_ONCE at a time, so that they need not all be there.
    """
    above: dict[str, list[str]] = defaultdict(list)
    weighed: list[Weighed] = []
    rest = iter(entries)
    while part := list(islice(rest, AT_ONCE)):
        guests = KnownGuests(session, event, [columns_of(one) for one in part])
        weighed += [_weigh(one, guests, above) for one in part]
    return weighed


def weigh_columns(
    session: Session, event: Event, rows: Sequence[tuple[int, str, Mapping[str, Any]]]
) -> list[Weighed]:
    """The same for rows that were kept: how they stand by now."""
    guests = KnownGuests(session, event, [columns for _, _, columns in rows])
    return [_match(line, said, columns, guests) for line, said, columns in rows]


def _weigh(entry: Entry, guests: KnownGuests, above: dict[str, list[str]]) -> Weighed:
    if entry.problem is not None:
        return Weighed(entry.line, entry.said, {}, Verdict.MALFORMED, entry.problem)
    columns = columns_of(entry)
    name, places = name_of(columns), list(_places(columns))
    if any(_is_above(name, other, place) for place in places for other in above[place]):
        return Weighed(entry.line, entry.said, columns, Verdict.DUPLICATE)
    for place in places:
        above[place].append(name)
    return _match(entry.line, entry.said, columns, guests)


def _match(line: int, said: str, columns: Mapping[str, Any], guests: KnownGuests) -> Weighed:
    known = guests.find(columns)
    if known is None:
        return Weighed(line, said, columns, Verdict.NEW)
    changes = changes_of(known, columns)
    held = 1 + known.plus_ones + known.children if known.held_until is not None else 0
    reason = "answer_stays" if keeps_answer(known, columns) else None
    verdict = Verdict.CHANGED if changes else Verdict.SAME
    party = {"plus_ones": known.plus_ones, "children": known.children}
    return Weighed(line, said, columns, verdict, reason, known.id, changes, held, party)


def _places(columns: Mapping[str, Any]) -> Iterator[str]:
    """Where a second row of the same name would be the same guest."""
    reach = [columns[what] for what in ("phone_key", "email") if what in columns]
    yield from reach or [f"household:{columns.get('household', '')}"]


def _is_above(name: str, other: str, place: str) -> bool:
    """A couple may share a number, but no name; by name alone it must be the very same."""
    return name == other or (not place.startswith("household:") and sounds_like(other, name))
