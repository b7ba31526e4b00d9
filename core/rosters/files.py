"""Rosters as files and pasted lines: CSV of whatever program, or a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.contacts.cards import is_cards
from core.contacts.decoding import decode
from core.contacts.emails import looks_like_email
from core.contacts.phones import looks_like_phone
from core.contacts.sheets import ZIP, read_sheet
from core.contacts.tables import Row, read_table
from core.errors import Invalid
from core.rosters.columns import Column, find_header
from core.rosters.rows import RosterRow, read_row

MOST_PLAYERS = 10_000
MOST_BYTES = 5 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class RosterFile:
    """The rows, and the headers of columns that hold something of which nothing was taken."""

    rows: list[RosterRow]
    unknown: tuple[str, ...] = ()


def read_roster(data: bytes, *, platform: str, region: str) -> RosterFile:
    """Raises Invalid for what is no list, too long or too large."""
    if data.startswith(ZIP):
        if len(data) > MOST_BYTES:
            raise Invalid("file_too_large", most=MOST_BYTES // 1024)
        return _of_rows(read_sheet(data, most=MOST_PLAYERS).rows, platform, region)
    if is_cards(data):
        raise Invalid("roster_of_cards")
    return read_roster_text(decode(data, most=MOST_BYTES), platform=platform, region=region)


def read_roster_text(text: str, *, platform: str, region: str) -> RosterFile:
    """Pasted lines, with or without a header. Raises Invalid."""
    return _of_rows(read_table(text, most=MOST_PLAYERS), platform, region)


def _of_rows(rows: list[Row], platform: str, region: str) -> RosterFile:
    """`rows` are used up, so that a long list is not held twice."""
    header = find_header([row.cells for row in rows[:20]])
    named = rows[header[0]].cells if header else []
    del rows[: header[0] + 1 if header else 0]
    if not rows:
        raise Invalid("list_empty")
    if len(rows) > MOST_PLAYERS:
        raise Invalid("list_too_long", most=MOST_PLAYERS)
    unknown = tuple(_unknown(named, header[1], rows)) if header else ()
    rows.reverse()
    found = []
    while rows:
        row = rows.pop()
        columns = header[1] if header else _by_content(row.cells)
        found.append(read_row(row.line, row.cells, columns, platform=platform, region=region))
    return RosterFile(found, unknown)


def _by_content(cells: Sequence[str]) -> list[Column | None]:
    """Without a header: the player, then who signs for them, each name before its addresses."""
    columns: list[Column | None] = []
    names = 0
    for cell in cells:
        if looks_like_email(cell) or looks_like_phone(cell):
            kind = Column.EMAIL if looks_like_email(cell) else Column.PHONE
            second = {Column.EMAIL: Column.EMAIL_2, Column.PHONE: Column.PHONE_2}
            columns.append(second[kind] if names > 2 else kind)
        else:
            names += bool(cell)
            in_turn = (Column.NAME, Column.GUARDIAN, Column.GUARDIAN_2)
            columns.append(in_turn[names - 1] if 0 < names <= len(in_turn) else None)
    return columns


def _unknown(
    titles: Sequence[str], columns: Sequence[Column | None], rows: Sequence[Row]
) -> Iterator[str]:
    for place, column in enumerate(columns):
        filled = (len(row.cells) > place and bool(row.cells[place]) for row in rows)
        if column is None and any(filled):
            yield titles[place] or f"#{place + 1}"
