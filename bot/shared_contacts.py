"""Contacts that somebody shares in a chat: as the line that puts them on a guest list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.contacts.cards import read_cards
from core.contacts.fields import Field

# What would part the name, or make an option of it.
SIGNS = re.compile(r'["“”„«»,=\r\n\t]')
MOST = 500


@dataclass(frozen=True, slots=True)
class SharedContact:
    """Somebody in the sender's address book; `phone` as it stands there."""

    name: str
    phone: str | None = None
    email: str | None = None

    @property
    def cells(self) -> str:
        name = " ".join(SIGNS.sub(" ", self.name).split())
        return ", ".join(filter(None, (name, self.phone, self.email)))


def line_for(contacts: Sequence[SharedContact]) -> str:
    """One is put on the list, several are shown before anything changes."""
    found = [one.cells for one in contacts[:MOST] if one.cells]
    if len(found) == 1:
        return f"/addguest {found[0]}"
    return "\n".join(["/import", *found]) if found else ""


def email_in(vcard: str | None) -> str | None:
    """The best e-mail address of the card that came along."""
    for card in read_cards((vcard or "").encode()):
        return next(iter(card.values.get(Field.EMAIL, ())), None)
    return None
