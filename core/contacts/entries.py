"""Entry: a guest as a list describes them, read and checked; None is what the list does not say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.contacts.answers import count_of, part_name, status_of
from core.contacts.emails import read_email
from core.contacts.fields import Field
from core.contacts.phones import Phone, looks_like_phone, read_phone
from core.contacts.raw_guests import RawGuest
from core.errors import Invalid
from core.names import NAME_LIMIT, clean_text, cut, is_visible, units

SAID_LIMIT = 256
MOST_COMPANIONS = 10
# In UTF-16 units, the strictest of those that platforms count in.
LIMITS = {
    Field.FIRST: NAME_LIMIT,
    Field.LAST: NAME_LIMIT,
    Field.HOUSEHOLD: NAME_LIMIT,
    Field.SIDE: 32,
    Field.TABLE: 32,
    Field.DIET: 200,
    Field.NOTES: 1000,
}
# Several numbers or addresses in one cell: Google joins by the colons, people by the rest.
SEVERAL = re.compile(r"\s*:::\s*|[;,/\n]|\s+(?:ו|y|or|and)\s+")  # noqa: RUF001
LABELS = re.compile(r"\s*:::\s*|[;\n]")
NAMES = re.compile(r"\s*(?:[;,/&\n+]|\s(?:and|y)\s)\s*")
# A spreadsheet that took a number for a number: `5.01E+08` has lost its end.
ROUNDED = re.compile(r"\d[.,]\d+[eE]\+?\d+")


@dataclass(frozen=True, slots=True)
class Entry:
    """`line` is where it stands in the list, `said` how, and `problem` the code of why it can't be
    taken. `plus_ones` come along without rows of their own, `children` besides them.
    """

    line: int
    said: str
    first: str = ""
    last: str | None = None
    phone: Phone | None = None
    email: str | None = None
    household: str | None = None
    side: str | None = None
    plus_ones: int | None = None
    plus_one_names: tuple[str, ...] | None = None
    children: int | None = None
    diet: str | None = None
    seating: str | None = None
    notes: str | None = None
    status: str | None = None
    problem: str | None = None


def read_entry(raw: RawGuest, *, region: str) -> Entry:
    """The row with its numbers as they are dialled in `region` (ISO 3166)."""
    said = _said(raw)
    if raw.problem is not None:
        return Entry(raw.line, said, problem=raw.problem)
    try:
        return _Reading(raw, region).entry(said)
    except Invalid as refusal:
        return Entry(raw.line, said, problem=refusal.code)


def read_part(raw: RawGuest, *, region: str) -> Entry:
    """Something about a guest who has a name already. Raises Invalid."""
    return _Reading(raw, region, nameless=True).entry(_said(raw))


class _Reading:
    """One row; what it says twice, of what a guest has once, goes to the notes."""

    def __init__(self, raw: RawGuest, region: str, *, nameless: bool = False) -> None:
        self._nameless = nameless
        self._raw = raw
        self._region = region
        self._notes = [clean_text(one) for one in raw.values.get(Field.NOTES, ())]

    def entry(self, said: str) -> Entry:
        """Raises Invalid."""
        first, last = self._name()
        phone, email = self._phone(), self._email()
        plus_ones, names, children = self._party()
        return Entry(
            self._raw.line,
            said,
            first=first,
            last=last,
            phone=phone,
            email=email,
            household=self._one(Field.HOUSEHOLD),
            side=self._side(),
            plus_ones=plus_ones,
            plus_one_names=names,
            children=children,
            diet=self._one(Field.DIET),
            seating=self._one(Field.TABLE),
            status=self._status(),
            notes=_fit(Field.NOTES, "; ".join(filter(None, self._notes))) or None,
        )

    def _name(self) -> tuple[str, str | None]:
        first, last = self._joined(Field.FIRST), self._joined(Field.LAST)
        if not first and not last:
            first, last = part_name(self._joined(Field.NAME))
        if not is_visible(first + last) and not self._nameless:
            raise Invalid("guest_nameless")
        if not first and not self._nameless:
            first, last = last, ""
        return _fit(Field.FIRST, first), _fit(Field.LAST, last) or None

    def _phone(self) -> Phone | None:
        numbers = list(_numbers(self._raw.values.get(Field.PHONE, ())))
        for number in numbers:
            if ROUNDED.fullmatch(number):
                raise Invalid("phone_rounded")
        if not numbers:
            return None
        read = read_phone(re.sub(r"\.0+$", "", numbers[0]), region=self._region)
        self._notes += numbers[1:]
        return read

    def _email(self) -> str | None:
        addresses = list(_split(self._raw.values.get(Field.EMAIL, ())))
        self._notes += addresses[1:]
        return read_email(addresses[0]) if addresses else None

    def _party(self) -> tuple[int | None, tuple[str, ...] | None, int | None]:
        names, plus_ones = self._counted(Field.PLUS)
        named, children = self._counted(Field.CHILDREN)
        self._notes += named
        party = self._joined(Field.PARTY)
        if party:
            size = count_of(party)
            if size is None:
                raise Invalid("count_unreadable")
            plus_ones = max(size - 1 - (children or 0), len(names), 0)
        if (plus_ones or 0) > MOST_COMPANIONS or (children or 0) > MOST_COMPANIONS:
            raise Invalid("party_too_many")
        return plus_ones, tuple(names) if names else None, children

    def _counted(self, what: Field) -> tuple[list[str], int | None]:
        """A number, or the names of those who are meant."""
        text = self._joined(what)
        if not text or (count := count_of(text)) is not None:
            return [], count if text else None
        names = [_fit(Field.FIRST, name) for name in NAMES.split(text) if name]
        return names, len(names)

    def _side(self) -> str | None:
        """Exports mark what is theirs and no label of somebody with a star."""
        cells = self._raw.values.get(Field.SIDE, ())
        found = (label.strip() for cell in cells for label in LABELS.split(cell))
        labels = [label for label in found if label and not label.startswith("*")]
        self._notes += labels[1:]
        return _fit(Field.SIDE, labels[0]) if labels else None

    def _status(self) -> str | None:
        text = self._joined(Field.STATUS)
        if not text:
            return None
        status = status_of(text)
        if status is None and (count_of(text) or 0) > 1:
            status = "confirmed"  # how many have said yes
        if status is None:
            raise Invalid("status_unreadable")
        return status

    def _one(self, what: Field) -> str | None:
        values = [clean_text(one) for one in self._raw.values.get(what, ())]
        self._notes += values[1:]
        return _fit(what, values[0]) if values else None

    def _joined(self, what: Field) -> str:
        return clean_text(" ".join(self._raw.values.get(what, ())))


def _fit(what: Field, text: str) -> str:
    """Raises Invalid for what is longer than its column: nothing is cut unseen."""
    if units(text) > LIMITS[what]:
        raise Invalid("cell_too_long")
    return text


def _split(cells: Sequence[str]) -> Iterator[str]:
    for cell in cells:
        yield from (part.strip() for part in SEVERAL.split(cell) if part.strip())


def _numbers(cells: Sequence[str]) -> Iterator[str]:
    """A slash may part two numbers, or belong to one."""
    for written in cells:
        cell = written.removeprefix("'")  # our own files keep spreadsheets from reckoning with it
        parts = list(_split([cell]))
        yield from parts if all(map(looks_like_phone, parts)) else [cell]


def _said(raw: RawGuest) -> str:
    words = (clean_text(text) for values in raw.values.values() for text in values)
    return cut(raw.said or ", ".join(words), SAID_LIMIT) or "?"
