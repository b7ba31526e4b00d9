"""How a sentence is read in an e-mail: mail programs make links of what looks like one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from babel import Locale

from bot.texts import Reader, Value

# A name must not carry a link of its own into somebody's mailbox.
LINK = re.compile(r"(?i)(?:\b[a-z][a-z0-9+.-]{1,15}://|\bwww\.|\bmailto:)\S*")
# `evil.example`: the point of what could be a domain is followed by something that breaks it.
DOMAIN = re.compile(r"(?<=[\w-])\.(?=[^\W\d_]{2})")
WORD_JOINER = "\u2060"
ISOLATES = re.compile("[\u2066-\u2069]")


@dataclass(frozen=True)  # with slots there would be no super()
class MailReader(Reader):
    """A reader of e-mail."""

    @property
    def direction(self) -> str:
        """`rtl` or `ltr`, as HTML has it."""
        order = Locale.parse(self.locale).character_order
        return "rtl" if order == "right-to-left" else "ltr"

    @property
    def language(self) -> str:
        """Such as `pt-BR`."""
        return self.locale.replace("_", "-")

    def _value(self, value: Value, *, marked_up: bool) -> str:
        if not isinstance(value, str):
            return super()._value(value, marked_up=marked_up)
        shown = super()._value(LINK.sub("…", value), marked_up=marked_up)
        return DOMAIN.sub(f".{WORD_JOINER}", shown)


def on_one_line(text: str, limit: int) -> str:
    """For a header: no line breaks, and no marks of direction, which some programs show."""
    line = " ".join(ISOLATES.sub("", text).replace(WORD_JOINER, "").split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
