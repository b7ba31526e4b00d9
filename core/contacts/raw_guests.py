"""RawGuest: what a row of a list says of a guest, in words as they stand there."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.contacts.fields import Field


@dataclass
class RawGuest:
    """A row; `problem` is the code of why it can't be used, whatever its words mean."""

    line: int
    values: dict[Field, list[str]] = field(default_factory=dict)
    problem: str | None = None
    said: str = ""

    def add(self, what: Field, text: str) -> None:
        self.values.setdefault(what, []).append(text)
