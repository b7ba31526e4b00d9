"""Column headers of contact lists in the programs and languages that people have."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum

from core.contacts.emails import looks_like_email
from core.contacts.phones import looks_like_phone


class Column(StrEnum):
    """What a column holds."""

    NAME = "name"
    FIRST = "first"
    LAST = "last"
    USERNAME = "username"
    PHONE = "phone"
    EMAIL = "email"


# English, Hebrew and Spanish, as `plain_header` writes them. Exports number their columns.
NAMES: dict[str, Column] = {
    alias: column
    for column, aliases in {
        Column.NAME: "name,full name,display name,guest,guest name,invitee,player,member,file as,"
        "שם,שם מלא,שם המוזמן,אורח,מוזמן,nombre completo,nombre y apellidos,invitado,invitado a",
        Column.FIRST: "first name,given name,first,שם פרטי,nombre,nombre s",
        Column.LAST: "last name,surname,family name,last,שם משפחה,apellido,apellidos",
        Column.USERNAME: "username,user name,telegram,telegram username,handle,שם משתמש,usuario",
        Column.PHONE: "phone,mobile,cell,phone number,mobile number,whatsapp,mobile phone,"
        "primary phone,home phone,טלפון,נייד,טל,פלאפון,סלולרי,מספר טלפון,ווטסאפ,telefono,tel,"
        "movil,celular,numero",
        Column.EMAIL: "email,e mail,mail,email address,e mail address,אימייל,מייל,דואל,דוא ל,"
        "correo,correo electronico",
    }.items()
    for alias in aliases.split(",")
}
NUMBERED = re.compile(r"(phone|e mail|email) \d+ value|(e mail) \d address")
SEARCHED = 5  # title rows may stand above the header


def find_header(rows: Sequence[Sequence[str]]) -> tuple[int, list[Column | None]] | None:
    """The place of the row that names the columns, and what each holds; None without one."""
    for place, cells in enumerate(rows[:SEARCHED]):
        columns = [_column(cell) for cell in cells]
        if any(columns) and not any(map(_is_content, cells)):
            return place, _settle(columns)
    return None


def plain_header(text: str) -> str:
    """Without case, accents, vowel points, direction marks and signs, which vary."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    kept = (sign for sign in folded if unicodedata.category(sign) not in ("Mn", "Cf"))
    return " ".join(re.sub(r"[\W_]+", " ", "".join(kept)).split())


def _column(cell: str) -> Column | None:
    header = plain_header(cell)
    if match := NUMBERED.fullmatch(header):
        return Column.PHONE if match[1] == "phone" else Column.EMAIL
    return NAMES.get(header)


def _is_content(cell: str) -> bool:
    return cell.startswith("@") or looks_like_email(cell) or looks_like_phone(cell)


def _settle(columns: list[Column | None]) -> list[Column | None]:
    """In Spanish `Nombre` is the whole name unless a column of last names stands beside it."""
    if Column.LAST in columns or Column.NAME in columns:
        return columns
    return [Column.NAME if column is Column.FIRST else column for column in columns]
