"""Contact: one row of a list of people, with the addresses that stand in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.contacts.emails import looks_like_email, part_named
from core.contacts.headers import Column, find_header
from core.contacts.phones import looks_like_phone
from core.contacts.tables import MOST_ROWS, Row, read_table
from core.errors import Invalid

# Several values in one cell: Google's exports join by the colons, people by the rest.
SEVERAL = re.compile(r"\s+:::\s+|[;/\n]")


@dataclass(frozen=True, slots=True)
class Contact:
    """`line` is where the row begins in the list, from 1. `addresses` are as they were written, the
    surest first: usernames, phone numbers, e-mail addresses.
    """

    line: int
    name: str
    addresses: tuple[str, ...]


def read_contacts(text: str) -> list[Contact]:
    """The people of a pasted list or a file, with or without a header.

    Raises Invalid for an empty list or one of more than MOST_ROWS.
    """
    rows = read_table(text)
    header = find_header([row.cells for row in rows])
    people = rows if header is None else rows[header[0] + 1 :]
    if not people:
        raise Invalid("list_empty")
    if len(people) > MOST_ROWS:
        raise Invalid("list_too_long", most=MOST_ROWS)
    if header is None:
        return [_by_content(row) for row in people]
    return [_by_header(row, header[1]) for row in people]


def _by_header(row: Row, columns: Sequence[Column | None]) -> Contact:
    cells: dict[Column, list[str]] = {}
    for column, cell in zip(columns, row.cells, strict=False):
        if column is not None and cell:
            cells.setdefault(column, []).append(cell)
    parts = [*cells.get(Column.FIRST, []), *cells.get(Column.LAST, [])]
    name = " ".join(cells.get(Column.NAME, parts)[:2])
    usernames = [f"@{one.removeprefix('@')}" for one in _split(cells.get(Column.USERNAME, []))]
    reach = [*cells.get(Column.PHONE, []), *cells.get(Column.EMAIL, [])]
    return Contact(row.line, name, (*usernames, *_split(reach)))


def _by_content(row: Row) -> Contact:
    """Without a header each cell is what it looks like."""
    names: list[str] = []
    found: dict[Column, list[str]] = {column: [] for column in Column}
    for cell in row.cells:
        name, address = part_named(cell)
        for one in _split([address]):
            kind = _kind(one)
            found[kind].append(one)
        names += [name] if name else []
    names += found[Column.NAME]
    # A first and a last name in cells of their own; more may be anything.
    name = " ".join(names[:2]) if names and " " not in names[0] else "".join(names[:1])
    surest = (*found[Column.USERNAME], *found[Column.PHONE], *found[Column.EMAIL])
    return Contact(row.line, name, surest)


def _kind(text: str) -> Column:
    if text.startswith("@"):
        return Column.USERNAME
    if looks_like_email(text):
        return Column.EMAIL
    return Column.PHONE if looks_like_phone(text) else Column.NAME


def _split(cells: Sequence[str]) -> Iterator[str]:
    for cell in cells:
        yield from (part.strip() for part in SEVERAL.split(cell) if part.strip())
