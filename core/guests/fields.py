"""What can be said of a guest, as columns: by an organiser, or by a row of a list."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.contacts.entries import Entry, read_part
from core.contacts.fields import Field
from core.contacts.raw_guests import RawGuest
from core.events import Event
from core.guests import GuestStatus, name_key
from core.guests.households import Household
from core.model import insert_new

# The words by which organisers name them.
SPOKEN: Mapping[str, Field] = {
    "name": Field.NAME,
    "first": Field.FIRST,
    "last": Field.LAST,
    "phone": Field.PHONE,
    "email": Field.EMAIL,
    "side": Field.SIDE,
    "household": Field.HOUSEHOLD,
    "plus": Field.PLUS,
    "children": Field.CHILDREN,
    "diet": Field.DIET,
    "table": Field.TABLE,
    "notes": Field.NOTES,
    "status": Field.STATUS,
}
BLANK = ("-", "none")
CLEARED: Mapping[Field, Mapping[str, object]] = {
    Field.LAST: {"last_name": None},
    Field.PHONE: {"phone": None, "phone_key": None},
    Field.EMAIL: {"email": None},
    Field.SIDE: {"side": None},
    Field.HOUSEHOLD: {"household": None},
    Field.PLUS: {"plus_ones": 0, "plus_one_names": []},
    Field.CHILDREN: {"children": 0},
    Field.DIET: {"diet": None},
    Field.TABLE: {"seating": None},
    Field.NOTES: {"notes": None},
}


def read_fields(said: Mapping[str, str], *, region: str) -> dict[str, object]:
    """What an organiser said by field, as columns; a dash empties one. Raises Invalid."""
    cleared: dict[str, object] = {}
    raw = RawGuest(1)
    for name, text in said.items():
        field = SPOKEN[name]
        if text.strip().casefold() in BLANK and field in CLEARED:
            cleared.update(CLEARED[field])
        else:
            raw.add(field, text)
    if Field.NAME in raw.values:
        cleared["last_name"] = None  # a whole name is said: what is left of the old one goes
    return {**cleared, **columns_of(read_part(raw, region=region))}


def columns_of(entry: Entry) -> dict[str, object]:
    """What the entry says; what it leaves out stays out."""
    phone = entry.phone
    found = {
        "first_name": entry.first or None,
        "last_name": entry.last,
        "phone": phone.given if phone else None,
        "phone_key": phone.key if phone else None,
        "email": entry.email,
        "household": entry.household,
        "side": entry.side,
        "plus_ones": entry.plus_ones,
        "plus_one_names": list(entry.plus_one_names) if entry.plus_one_names else None,
        "children": entry.children,
        "diet": entry.diet,
        "seating": entry.seating,
        "notes": entry.notes,
        "status": GuestStatus(entry.status) if entry.status else None,
    }
    return {name: value for name, value in found.items() if value is not None}


def household_ids(session: Session, event: Event, names: set[str]) -> dict[str, int]:
    """The event's households of these names, made where there is none yet."""
    rows = [{"event_id": event.id, "name": name} for name in sorted(names)]
    insert_new(session, Household, rows, key=("event_id", "name"))
    found = select(Household.name, Household.id).where(
        Household.event_id == event.id, Household.name.in_(names)
    )
    return {row.name: row.id for row in session.execute(found)}


def settle_columns(
    session: Session, event: Event, columns: Mapping[str, object]
) -> dict[str, object]:
    """With the household's number in place of its name."""
    found = dict(columns)
    if "household" in found:
        name = found.pop("household")
        ids = household_ids(session, event, {str(name)}) if name is not None else {}
        found["household_id"] = ids[str(name)] if name is not None else None
    return found


def key_for(first: str, last: str | None) -> str:
    """By which a guest of that name is found and compared."""
    return name_key(" ".join(filter(None, (first, last))))
