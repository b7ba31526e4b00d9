"""Which guest a row of a list means: by number, by address, by name; and what it says otherwise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

import rapidfuzz
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from core.events import Event
from core.guests import Guest, GuestStatus
from core.guests.fields import key_for
from core.guests.households import Household

Known = Row[Any]
# Of 100: at this, two names of one number are one person and not a couple.
SAME_NAME = 85
INVITED = GuestStatus.INVITED
SEATING = ("status", "plus_ones", "plus_one_names", "children")
COLUMNS = (
    Guest.id,
    Guest.first_name,
    Guest.last_name,
    Guest.name_key,
    Guest.phone,
    Guest.phone_key,
    Guest.email,
    Guest.side,
    Guest.plus_ones,
    Guest.plus_one_names,
    Guest.may_bring,
    Guest.children,
    Guest.diet,
    Guest.seating,
    Guest.notes,
    Guest.status,
    Guest.held_until,
    Guest.person_id,
    Household.name.label("household"),
)


class KnownGuests:
    """The event's guests that some rows could mean, each for one row at most."""

    def __init__(self, session: Session, event: Event, rows: Sequence[Mapping[str, Any]]) -> None:
        named = [row for row in rows if "first_name" in row]
        self._by: dict[tuple[str, str], list[Known]] = defaultdict(list)
        self._taken: set[int] = set()
        for column, wanted in (
            (Guest.phone_key, {row["phone_key"] for row in named if "phone_key" in row}),
            (Guest.email, {row["email"] for row in named if "email" in row}),
            (Guest.name_key, {name_of(row) for row in named} - {""}),
        ):
            for known in _rows(session, event, column, wanted):
                self._by[column.key, getattr(known, column.key)].append(known)

    def find(self, columns: Mapping[str, Any]) -> Known | None:
        """By number, then by address, then by name alone where nothing speaks against it."""
        name = name_of(columns)
        for what in ("phone_key", "email"):
            sharing = self._free(what, columns.get(what, ""))
            exact = next((one for one in sharing if one.name_key == name), None)
            found = exact or next((one for one in sharing if sounds_like(one.name_key, name)), None)
            if found is not None:
                return self._take(found)
        alike = (one for one in self._free("name_key", name) if _could_be(one, columns))
        found = next(alike, None)
        return self._take(found) if found is not None else None

    def _free(self, what: str, value: str) -> list[Known]:
        return [one for one in self._by.get((what, value), []) if one.id not in self._taken]

    def _take(self, known: Known) -> Known:
        self._taken.add(known.id)
        return known


def name_of(columns: Mapping[str, Any]) -> str:
    """The name to compare by."""
    return key_for(columns["first_name"], columns.get("last_name"))


def sounds_like(known: str, said: str) -> bool:
    """`dana` and `dana levi`, or a slip of the pen; a couple's two names are not alike."""
    return rapidfuzz.fuzz.token_set_ratio(known, said) >= SAME_NAME


def changes_of(known: Known, columns: Mapping[str, Any]) -> dict[str, Any]:
    """What the row says otherwise. Who has answered keeps their answer: a list is older."""
    changed = dict(_differing(known, columns))
    if known.person_id is None and not _is_part(name_of(columns), known.name_key):
        changed |= {"first_name": columns["first_name"], "last_name": columns.get("last_name")}
    return changed


def keeps_answer(known: Known, columns: Mapping[str, Any]) -> bool:
    """Whether the row says otherwise than the guest has answered."""
    if known.status is GuestStatus.INVITED or "status" not in columns:
        return False
    waits = known.status is GuestStatus.WAITLISTED and columns["status"] == GuestStatus.CONFIRMED
    return not waits and columns["status"] not in (known.status, GuestStatus.INVITED)


def _differing(known: Known, columns: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    answered = known.status is not GuestStatus.INVITED
    # Who is asked again has seats that are held for the whole party, and says it anew themselves.
    held = known.held_until is not None and columns.get("status", INVITED) == INVITED
    for name, value in columns.items():
        same_phone = name == "phone" and known.phone_key == columns["phone_key"]
        stays = (answered or held) and name in SEATING
        if name in ("first_name", "last_name") or same_phone or stays:
            continue
        if getattr(known, name) != value:
            yield name, value


def _is_part(said: str, known: str) -> bool:
    return set(said.split()) <= set(known.split())


def _could_be(known: Known, columns: Mapping[str, Any]) -> bool:
    """Neither another number, another address nor another household."""
    pairs = ((getattr(known, what), columns.get(what)) for what in ("phone_key", "email"))
    both = (known.household, columns.get("household"))
    return all(there is None or said is None or there == said for there, said in (*pairs, both))


def _rows(session: Session, event: Event, column: Any, wanted: set[str]) -> Sequence[Known]:
    if not wanted:
        return []
    rows = session.execute(
        select(*COLUMNS)
        .join(Household, Household.id == Guest.household_id, isouter=True)
        .where(Guest.event_id == event.id, Guest.removed_at.is_(None), column.in_(sorted(wanted)))
    )
    # Asked for in order, SQLite would go through the whole list instead of the column's index.
    return sorted(cast("Sequence[Known]", rows.all()), key=lambda row: row.id)
