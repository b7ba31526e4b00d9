"""RawGuest: what a row of a list says of a guest, in words as they stand there."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.contacts.fields import Field


@dataclass(slots=True)
class RawGuest:
    """A row; `problem` is the code of why it can't be used, whatever its words mean. There are ten
    thousand of them at a time: tuples take half of what lists would.
    """

    line: int
    values: dict[Field, tuple[str, ...]] = field(default_factory=dict)
    problem: str | None = None
    said: str = ""

    def add(self, what: Field, text: str) -> None:
        self.values[what] = (*self.values.get(what, ()), text)
