"""Guests in lines without a header, as people paste them: each cell is what it looks like."""

from __future__ import annotations

import re

from core.contacts.answers import count_of, status_of
from core.contacts.emails import looks_like_email, part_named
from core.contacts.fields import Field
from core.contacts.raw_guests import RawGuest
from core.contacts.sheet_parts import UNCALCULATED
from core.contacts.tables import Row

SPOKEN = re.compile(r"\S+@\S+|\+?\(?\d[\d\s().\-/–]{5,}\d")
ADDED = re.compile(r"\s\+\s?(\d{1,2})$")


def guest_of_line(row: Row) -> RawGuest:
    """A name, and whatever else stands in the row."""
    guest = RawGuest(row.line, said=", ".join(filter(None, row.cells)))
    for cell in filter(None, row.cells):
        if cell == UNCALCULATED:
            guest.problem = "formula_unknown"
        elif (count := count_of(cell)) is not None and count and cell[0] in "+123456789":
            guest.add(Field.PLUS if cell.startswith("+") else Field.PARTY, cell)
        elif Field.NAME in guest.values and status_of(cell) is not None:
            guest.add(Field.STATUS, cell)
        else:
            _take_apart(guest, cell)
    return guest


def _take_apart(guest: RawGuest, cell: str) -> None:
    """A name with a number or an address beside it, as people write lines in a chat."""
    name, address = part_named(cell)
    rest = cell if not name else f"{name} {address}"
    if match := ADDED.search(rest):
        guest.add(Field.PLUS, match[1])
        rest = rest[: match.start()]
    for match in SPOKEN.finditer(rest):
        kind = Field.EMAIL if looks_like_email(match[0]) else Field.PHONE
        guest.add(kind, match[0].strip("<>,"))
    left = " ".join(SPOKEN.sub(" ", rest).split()).strip(" -–:,")
    if left:
        guest.add(Field.NOTES if Field.NAME in guest.values else Field.NAME, left)
