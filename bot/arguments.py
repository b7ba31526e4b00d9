"""Arguments: the words and options of a command line, as people type them on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.texts import Verbatim
from core.errors import Invalid

LINE_LIMIT = 4096
COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]+))?(?:\s+|$)")
OPTION = re.compile(r"([A-Za-z]{1,16})=(.*)", re.DOTALL)
UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")  # no text column of PostgreSQL takes these
# What the buttons of every command may carry; nobody needs to type them.
BUTTON_OPTIONS = frozenset(
    {
        "group",
        "after",
        "before",
        "in",
        "sure",
        "person",
        "take",
        "refuse",
        "withdraw",
        "list",
        "choose",
    }
)
SPAN = re.compile(r"(\d{1,6})\s*(m|min|h|d|w)")
UNITS = {
    "m": timedelta(minutes=1),
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
# Phones turn straight quotes into these.
QUOTES = {'"': '"', "“": "”", "„": "“”", "«": "»", "”": "”"}
# An apostrophe quotes only behind an equals sign: elsewhere it belongs to a name.
VALUE_QUOTES = {**QUOTES, "'": "'", "‘": "’"}


@dataclass(frozen=True, slots=True)
class Arguments:
    """What stands behind the command's name."""

    words: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()

    def text(self) -> str:
        """The words as one text."""
        return " ".join(self.words)

    def option(self, name: str) -> str | None:
        return dict(self.options).get(name)

    def number(self, name: str, default: int | None = None) -> int | None:
        """Raises Invalid for anything but a whole number of reasonable size."""
        value = self.option(name)
        if value is None:
            return default
        if not (value.isascii() and value.isdigit()) or len(value) > 18:
            raise Invalid("not_a_number", option=Verbatim(name))
        return int(value)

    def span(self, name: str, default: timedelta) -> timedelta | None:
        """A length of time such as 90m, 72h, 3d or 2w; None is never. Raises Invalid."""
        value = self.option(name)
        if value is None:
            return default
        if value.casefold() == "never":
            return None
        match = SPAN.fullmatch(value.casefold())
        if match is None:
            raise Invalid("not_a_span", value=value)
        return int(match[1]) * UNITS[match[2]]


def command_of(line: str) -> tuple[str, str | None] | None:
    """The name of the command in `line` and the bot it is addressed to, or None for other text."""
    match = COMMAND.match(line)
    return (match[1].lower(), match[2]) if match else None


def parse_arguments(line: str, *, options: frozenset[str]) -> Arguments:
    """What follows the command in `line`. Raises Invalid for a line that can't be read."""
    if len(line) > LINE_LIMIT:
        raise Invalid("line_too_long", limit=LINE_LIMIT)
    rest = UNSTORABLE.sub("", COMMAND.sub("", line, count=1))
    words: list[str] = []
    named: dict[str, str] = {}
    for word in _split(rest, VALUE_QUOTES if options else QUOTES):
        match = OPTION.fullmatch(word)
        name = match[1].lower() if match else ""  # phones begin a word with a capital
        if options and word.startswith("="):
            raise Invalid("loose_equals")
        if match is not None and name in options | BUTTON_OPTIONS:
            named[name] = _value(name, match[2])
        elif match is not None and options:
            known = Verbatim(", ".join(f"{option}=" for option in sorted(options)))
            raise Invalid("unknown_option", option=name, known=known)
        else:
            words.append(word)
    return Arguments(tuple(words), tuple(named.items()))


def _value(name: str, value: str) -> str:
    if not value:
        raise Invalid("empty_option", option=Verbatim(name))
    return value


def _split(text: str, value_quotes: Mapping[str, str]) -> Iterator[str]:
    word, closing, open_word = "", "", False
    for character in text:
        if closing and character in closing:
            closing = ""
        elif not closing and character in (value_quotes if word.endswith("=") else QUOTES):
            closing, open_word = value_quotes[character], True
        elif not closing and character.isspace():
            if word or open_word:
                yield word
            word, open_word = "", False
        else:
            word += character
    if closing:
        raise Invalid("unbalanced_quotes")
    if word or open_word:
        yield word
