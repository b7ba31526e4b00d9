"""The columns of a roster, by the words of their headers in English, Hebrew and Spanish."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from core.contacts.emails import looks_like_email
from core.contacts.headers import plain_header
from core.contacts.phones import looks_like_phone

SEARCHED = 10  # title rows may stand above the header


class Column(StrEnum):
    """What a column says of a player; with 2 of the second guardian."""

    NAME = "name"
    TEAM = "team"
    SIGNED = "signed"
    GUARDIAN = "guardian"
    EMAIL = "email"
    PHONE = "phone"
    HANDLE = "handle"
    GUARDIAN_2 = "guardian2"
    EMAIL_2 = "email2"
    PHONE_2 = "phone2"
    HANDLE_2 = "handle2"


SECOND = {
    Column.GUARDIAN: Column.GUARDIAN_2,
    Column.EMAIL: Column.EMAIL_2,
    Column.PHONE: Column.PHONE_2,
    Column.HANDLE: Column.HANDLE_2,
}
# The first whose words a header has says what the column is: "parent 1 e-mail" is an address.
WORDS: dict[Column, str] = {
    Column.EMAIL: "email mail emails correo אימייל מייל דואל",
    Column.PHONE: "phone mobile cell cellphone whatsapp telephone tel טלפון נייד telefono movil"
    " celular",
    Column.HANDLE: "telegram username handle usuario",
    Column.SIGNED: "signed contract waiver signature חתום חוזה firmado contrato",
    Column.TEAM: "team squad קבוצה equipo",
    Column.GUARDIAN: "guardian guardians parent parents mother mom mum father dad הורה אם אמא אב"
    " אבא tutor tutora padre madre",
    Column.NAME: "name player child kid athlete first last surname given family שם שחקן nombre"
    " apellido apellidos jugador jugadora",
}
MEANINGS = {word: column for column, words in WORDS.items() for word in words.split()}
RANK = {column: place for place, column in enumerate(WORDS)}
SECOND_WORDS = frozenset({"2", "second", "father", "dad", "אב", "אבא", "padre", "segundo"})


def find_header(rows: Sequence[Sequence[str]]) -> tuple[int, list[Column | None]] | None:
    """The place of the row that names the columns, and what each holds; None without one."""
    for place, cells in enumerate(rows[:SEARCHED]):
        columns = [column_of(cell) for cell in cells]
        if Column.NAME in columns and not any(map(_is_content, cells)):
            return place, columns
    return None


def column_of(header: str) -> Column | None:
    """What a column of that header holds; None for what no player has a place for."""
    words = plain_header(header).split()
    found = [MEANINGS[word] for word in words if word in MEANINGS]
    if not found:
        return None
    column = min(found, key=RANK.__getitem__)
    if SECOND_WORDS.isdisjoint(words):
        return column
    return SECOND.get(column, column)


def _is_content(cell: str) -> bool:
    return looks_like_email(cell) or looks_like_phone(cell)
