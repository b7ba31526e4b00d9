"""Guests in a table with a header: which column is which, and what no guest has a place for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from core.contacts.answers import count_of
from core.contacts.emails import looks_like_email
from core.contacts.fields import Field, rank_of, settle
from core.contacts.guest_lines import guest_of_line
from core.contacts.phones import looks_like_phone
from core.contacts.raw_guests import RawGuest
from core.contacts.sheet_parts import UNCALCULATED
from core.contacts.tables import Row
from core.errors import Invalid

SEARCHED = 10  # title rows may stand above the header
FAXES = re.compile(r"(?i)\b(?:fax|pager)\b")


def guests_of_rows(rows: Sequence[Row], *, most: int) -> tuple[list[RawGuest], tuple[str, ...]]:
    """The guests, and the titles of the columns of which nothing was taken although they hold
    something. Raises Invalid for none, or for more than `most`.
    """
    header = _find_header(rows)
    people = rows if header is None else rows[header[0] + 1 :]
    if not people:
        raise Invalid("list_empty")
    if len(people) > most:
        raise Invalid("list_too_long", most=most)
    if header is None:
        return [guest_of_line(row) for row in people], ()
    titles = rows[header[0]].cells
    columns = _by_values(header[1], people)
    found = [_by_header(row, titles, columns) for row in people]
    return found, tuple(_unknown(titles, columns, people))


def _find_header(rows: Sequence[Row]) -> tuple[int, list[Field | None]] | None:
    for place, row in enumerate(rows[:SEARCHED]):
        columns = settle(list(row.cells))
        if any(columns) and not any(map(_is_content, row.cells)):
            return place, columns
    return None


def _by_values(columns: list[Field | None], rows: Sequence[Row]) -> list[Field | None]:
    """`Guests` is a number or, in a list without names, the names themselves."""
    if any(one in columns for one in (Field.NAME, Field.FIRST, Field.LAST)):
        return columns
    for place, column in enumerate(columns):
        cells = [row.cells[place] for row in rows if place < len(row.cells) and row.cells[place]]
        if column is Field.PARTY and sum(count_of(cell) is None for cell in cells) * 2 > len(cells):
            return [*columns[:place], Field.NAME, *columns[place + 1 :]]
    return columns


def _by_header(row: Row, titles: Sequence[str], columns: Sequence[Field | None]) -> RawGuest:
    guest = RawGuest(row.line, said=", ".join(filter(None, row.cells)))
    phones: list[tuple[int, str]] = []
    for place, cell in enumerate(row.cells):
        if place >= len(columns) and cell:
            guest.problem = "row_ragged"
        if place >= len(columns) or not cell or (column := columns[place]) is None:
            continue
        if cell == UNCALCULATED:
            guest.problem = "formula_unknown"
        elif column is Field.PHONE:
            label = (
                row.cells[place - 1]
                if place and columns[place - 1] is Field.LABEL
                else titles[place]
            )
            phones += [] if FAXES.search(label) else [(rank_of(label), cell)]
        elif column is not Field.LABEL:
            guest.add(column, cell)
    for _, number in sorted(phones, key=lambda one: one[0]):
        guest.add(Field.PHONE, number)
    return guest


def _unknown(
    titles: Sequence[str], columns: Sequence[Field | None], rows: Sequence[Row]
) -> Iterator[str]:
    for place, column in enumerate(columns):
        filled = (len(row.cells) > place and bool(row.cells[place]) for row in rows)
        lost = column is None or (column is Field.PHONE and FAXES.search(titles[place]))
        if lost and any(filled):
            yield titles[place] or f"#{place + 1}"


def _is_content(cell: str) -> bool:
    return looks_like_email(cell) or looks_like_phone(cell) or cell == UNCALCULATED
