"""Guest lists as files and pasted lines, whatever program wrote them: decided by their content."""

from __future__ import annotations

from dataclasses import dataclass

from core.contacts.cards import is_cards, read_cards
from core.contacts.decoding import decode
from core.contacts.guest_tables import guests_of_rows
from core.contacts.raw_guests import RawGuest
from core.contacts.sheets import ZIP, read_sheet
from core.contacts.tables import read_table
from core.errors import Invalid

MOST_GUESTS = 10_000
MOST_BYTES = 20 * 1024 * 1024  # what Telegram hands out, for vCards with their pictures
MOST_TEXT_BYTES = 5 * 1024 * 1024
CELL_LIMIT = 1001  # one more than any column of a guest takes, so that nothing is cut unseen


@dataclass(frozen=True, slots=True)
class GuestFile:
    """The rows, and what nothing was taken from: columns that hold something, and sheets."""

    rows: list[RawGuest]
    unknown: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()


def read_guest_file(data: bytes) -> GuestFile:
    """A file of whatever program, decided by its content. Raises Invalid."""
    if len(data) > MOST_BYTES:
        raise Invalid("file_too_large", most=MOST_BYTES // 1024)
    if data.startswith(ZIP):
        sheet = read_sheet(data, most=MOST_GUESTS)
        return GuestFile(*guests_of_rows(sheet.rows, most=MOST_GUESTS), sheet.others)
    if is_cards(data):
        return _of_cards(data)
    return read_guest_text(decode(data, most=MOST_TEXT_BYTES))


def read_guest_text(text: str) -> GuestFile:
    """Pasted lines, CSV, or a vCard that was shared in a chat. Raises Invalid."""
    if is_cards(text[:4096].encode()):
        return _of_cards(text.encode())
    rows = read_table(text, most=MOST_GUESTS, cell_limit=CELL_LIMIT)
    return GuestFile(*guests_of_rows(rows, most=MOST_GUESTS))


def _of_cards(data: bytes) -> GuestFile:
    rows: list[RawGuest] = []
    unknown: dict[str, None] = {}
    for card in read_cards(data):
        if len(rows) >= MOST_GUESTS:
            raise Invalid("list_too_long", most=MOST_GUESTS)
        rows.append(RawGuest(card.line, card.values, "card_is_a_list" if card.is_list else None))
        unknown.update(dict.fromkeys(sorted(card.unkept)))
    if not rows:
        raise Invalid("list_empty")
    return GuestFile(rows, tuple(unknown))
