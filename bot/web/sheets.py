"""Sheet: a page as data. What stands on it is sentences, and what can be done from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.texts import Prose, Text


@dataclass(frozen=True, slots=True)
class Field:
    """Something to fill in. `kind` and `autocomplete` are HTML's; `digits` is for a code of so
    many digits.
    """

    name: str
    label: Text
    kind: str = "text"
    autocomplete: str = ""
    value: str = ""
    digits: int = 0
    required: bool = True


@dataclass(frozen=True, slots=True)
class Form:
    """What is done with a POST to our own path `action`. `hidden` goes along unseen."""

    label: Text
    action: str
    hidden: Mapping[str, str] = field(default_factory=dict)
    fields: tuple[Field, ...] = ()
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A way elsewhere, that changes nothing by being followed."""

    label: Text
    href: str
    quiet: bool = False


Way = Form | Link


@dataclass(frozen=True, slots=True)
class Row:
    """One of a list, with what can be done about it."""

    text: Prose
    ways: tuple[Way, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a page under a heading of its own."""

    title: Text
    prose: tuple[Prose, ...] = ()
    rows: tuple[Row, ...] = ()
    ways: tuple[Way, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page: heading, sentences, facts by name, what can be done, parts.

    `qr` is our own path of a picture to be scanned, shown where there is no phone in the hand, with
    `qr_label` above it. `refused`: it says that something was not done.
    """

    title: Text
    prose: tuple[Prose, ...] = ()
    facts: tuple[tuple[Text, Prose], ...] = ()
    ways: tuple[Way, ...] = ()
    parts: tuple[Part, ...] = ()
    qr: str | None = None
    qr_label: Text | None = None
    refused: bool = False
