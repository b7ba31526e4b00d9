"""RosterRow: one player of a list, as it was written: read, or with the reason why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from core.contacts.emails import read_email
from core.contacts.headers import plain_header
from core.contacts.lists import SEVERAL
from core.contacts.phones import read_phone
from core.errors import Invalid
from core.invites.whom import claim_of_username
from core.names import clean_name, cut
from core.rosters.columns import Column
from core.rosters.guardians import Contact
from core.rosters.players import name_key

SAID_LIMIT = 200
YES = {"yes", "y", "true", "1", "x", "v", "signed", "כן", "חתום", "si", "s", "firmado"}
NO = {"", "no", "n", "false", "0", "unsigned", "not signed", "sent", "void", "pending", "לא"}
TICKS = ("✓", "✔")
GUARDIANS = (
    (Column.GUARDIAN, Column.EMAIL, Column.PHONE, Column.HANDLE),
    (Column.GUARDIAN_2, Column.EMAIL_2, Column.PHONE_2, Column.HANDLE_2),
)


@dataclass(frozen=True, slots=True)
class RosterRow:
    """`line` is where it begins in the list, from 1, `said` how it stands there. `team` is a name.
    `problem` is the code of the refusal where it can't be read.
    """

    line: int
    said: str
    name: str = ""
    team: str = ""
    contacts: tuple[Contact, ...] = ()
    signed: bool = False
    problem: str | None = None

    @property
    def key(self) -> str:
        return name_key(self.name)

    def pack(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return asdict(self)

    @staticmethod
    def unpack(packed: Mapping[str, Any]) -> RosterRow:
        contacts = tuple(Contact(**one) for one in packed["contacts"])
        return RosterRow(**{**packed, "contacts": contacts})


def read_row(
    line: int,
    cells: Sequence[str],
    columns: Sequence[Column | None],
    *,
    platform: str,
    region: str,
) -> RosterRow:
    """A row of a table; never raises: what is wrong stands in it."""
    said = cut(", ".join(filter(None, cells)), SAID_LIMIT)
    found: dict[Column, list[str]] = {}
    for place, cell in enumerate(cells):
        column = columns[place] if place < len(columns) else None
        if cell and place >= len(columns):
            return RosterRow(line, said, problem="row_ragged")
        if cell and column is not None:
            found.setdefault(column, []).append(cell)
    try:
        return RosterRow(
            line,
            said,
            name=clean_name(" ".join(found.get(Column.NAME, []))),
            team=" ".join(found.get(Column.TEAM, [])),
            contacts=tuple(_contacts(found, platform, region)),
            signed=_is_yes(" ".join(found.get(Column.SIGNED, []))),
        )
    except Invalid as refusal:
        return RosterRow(line, said, problem=refusal.code)


def _contacts(found: Mapping[Column, list[str]], platform: str, region: str) -> list[Contact]:
    """Of several addresses in one cell the first."""
    contacts = []
    for columns in GUARDIANS:
        name, email, phone, handle = (_first(found.get(column, [])) for column in columns)
        whole = " ".join(found.get(columns[0], []))
        contact = Contact(
            clean_name(whole) if name else None,
            read_email(email) if email else None,
            read_phone(phone, region=region).key if phone else None,
            claim_of_username(platform, handle) if handle else None,
        )
        if not contact.is_empty:
            contacts.append(contact)
    return contacts


def _first(cells: Sequence[str]) -> str:
    parts = (part.strip() for cell in cells for part in SEVERAL.split(cell))
    return next(filter(None, parts), "")


def _is_yes(text: str) -> bool:
    word = plain_header(text)
    if word in YES or text.strip() in TICKS:
        return True
    if word in NO:
        return False
    raise Invalid("signed_unclear")
