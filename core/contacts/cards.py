"""vCards (.vcf) of the versions 2.1, 3.0 and 4.0: the people in them, whoever wrote the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from core.contacts.card_lines import Property, plain, properties_of, unescape
from core.contacts.fields import Field, rank_of

BEGIN = re.compile(rb"(?im)^\s*BEGIN:VCARD\s*$")
# What people fill in that a guest list has no place for.
UNKEPT = frozenset({"ADR", "BDAY", "NICKNAME", "ORG", "PHOTO", "TITLE", "URL"})
PLAIN = {"FN": Field.NAME, "EMAIL": Field.EMAIL, "NOTE": Field.NOTES}
FAXES = frozenset({"FAX", "PAGER"})


@dataclass
class Card:
    """One vCard, which begins at `line` of the file. Numbers and addresses are the best first."""

    line: int
    values: dict[Field, tuple[str, ...]] = field(default_factory=dict)
    unkept: set[str] = field(default_factory=set)
    is_list: bool = False  # RFC 6350, 6.1.4: a group has members and no number

    def add(self, what: Field, text: str) -> None:
        if text.strip():
            self.values[what] = (*self.values.get(what, ()), text)


def is_cards(data: bytes) -> bool:
    """Whether the file holds vCards."""
    return BEGIN.search(plain(data[:4096])) is not None


def read_cards(data: bytes) -> Iterator[Card]:
    """Each card, also one without an END. What belongs to no card is passed over."""
    card: Card | None = None
    phones: list[tuple[int, str]] = []
    for line, one in properties_of(plain(data)):
        if one.name in ("BEGIN", "END") and one.value.strip().upper() == b"VCARD":
            if card is not None:
                yield _close(card, phones)
            card, phones = (Card(line) if one.name == "BEGIN" else None), []
        elif card is not None:
            _take(card, one, phones)
    if card is not None:
        yield _close(card, phones)


def _take(card: Card, one: Property, phones: list[tuple[int, str]]) -> None:
    if one.name == "TEL":
        phones.append(_phone(one))
    elif (what := PLAIN.get(one.name)) is not None:
        card.add(what, unescape(one.text()))
    elif one.name == "N":
        family, given, additional, *_ = [*one.parts(), "", "", ""]
        card.add(Field.FIRST, " ".join(filter(None, (given, additional))))
        card.add(Field.LAST, family)
    elif one.name == "CATEGORIES":
        for part in re.split(r"(?<!\\),", one.text()):
            card.add(Field.SIDE, unescape(part))
    elif one.name == "KIND":
        card.is_list = one.value.strip().lower() == b"group"
    elif one.name in UNKEPT and one.value.strip(b"; "):
        card.unkept.add(one.name)


def _phone(one: Property) -> tuple[int, str]:
    """WhatsApp's own number of somebody is the surest; faxes take no messages."""
    whatsapp = one.parameter("WAID")
    if whatsapp:
        return -2, f"+{whatsapp}"
    words = one.words
    rank = rank_of(words) - ("PREF" in words)
    return (9 if FAXES & set(words.split()) else rank), re.sub(
        "(?i)^tel:", "", unescape(one.text())
    )


def _close(card: Card, phones: list[tuple[int, str]]) -> Card:
    for rank, number in sorted(phones, key=lambda one: one[0]):
        if rank < 9:
            card.add(Field.PHONE, number)
    if Field.FIRST in card.values or Field.LAST in card.values:
        card.values.pop(Field.NAME, None)
    return card
