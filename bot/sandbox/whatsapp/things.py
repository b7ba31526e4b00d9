"""What the emulated WhatsApp consists of."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

PLACE = re.compile(r"\{\{\s*(\w+)\s*\}\}")


@dataclass
class Account:
    """Somebody with WhatsApp. `number` is digits only; `user_id` is what a business knows them by,
    also when `hides_number`. `gone`: nothing reaches them. `wrote_at` is in Unix seconds.
    """

    number: str
    name: str
    user_id: str
    hides_number: bool = False
    gone: bool = False
    wrote_at: float | None = None


@dataclass
class Message:
    """`content` is as it was sent, or as a webhook tells it; `status` of what the business sent."""

    id: str
    number: str
    from_business: bool
    type: str
    content: dict[str, Any]
    at: int
    status: str = "accepted"
    opaque: str | None = None
    shown: dict[str, Any] = field(default_factory=dict)


@dataclass
class Template:
    """`body` holds {{1}} or {{name}}, `buttons` the words of its quick replies."""

    name: str
    body: str
    buttons: tuple[str, ...] = ()
    language: str = "en"
    status: str = "APPROVED"
    category: str = "UTILITY"

    @property
    def places(self) -> list[str]:
        return list(dict.fromkeys(PLACE.findall(self.body)))

    @property
    def is_named(self) -> bool:
        return any(not place.isdigit() for place in self.places)

    def filled(self, values: list[str]) -> str:
        """The body with the values in the places, in their order."""
        given = dict(zip(self.places, values, strict=True))
        return PLACE.sub(lambda found: given[found[1]], self.body)
