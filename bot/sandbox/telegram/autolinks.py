"""Commands, mentions and addresses that Telegram finds in plain text by itself."""

import re
from collections.abc import Iterator
from typing import Any

from bot.sandbox.telegram.units import utf16_length

_DOMAIN = r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+"
_ENDINGS = r"(?:com|org|net|edu|gov|info|io|me|app|dev|ai|co|uk|de|fr|il|eu|club|team|test)"
# In this order: an earlier kind keeps its place against a later one.
_KINDS = (
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]+@" + _DOMAIN + r"[a-z]{2,}\b", re.IGNORECASE)),
    ("url", re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]']", re.IGNORECASE)),
    (
        "url",
        re.compile(
            rf"(?<![\w@./-]){_DOMAIN}{_ENDINGS}\b(?:/[^\s<>\"]*[^\s<>\".,;:!?)\]'])?",
            re.IGNORECASE,
        ),
    ),
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?(?![\w/<>])")),
    ("mention", re.compile(r"(?<!\w)@[A-Za-z0-9_]{3,32}(?!\w)")),
    ("hashtag", re.compile(r"(?<!\w)#\w*[^\W\d]\w*")),
)


def _matches(text: str) -> Iterator[tuple[str, int, int]]:
    taken: list[tuple[int, int]] = []
    for kind, pattern in _KINDS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if all(end <= other[0] or start >= other[1] for other in taken):
                taken.append((start, end))
                yield kind, start, end


def find_entities(text: str) -> list[dict[str, Any]]:
    """Entities of plain text, with offsets in UTF-16 units, in their order in the text."""
    found = [
        {
            "type": kind,
            "offset": utf16_length(text[:start]),
            "length": utf16_length(text[start:end]),
        }
        for kind, start, end in _matches(text)
    ]
    return sorted(found, key=lambda entity: int(str(entity["offset"])))


def add_found(text: str, given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The given entities and the found ones that do not touch a link or code among them."""
    closed = [e for e in given if e["type"] in ("code", "pre", "text_link", "text_mention")]
    found = [
        entity
        for entity in find_entities(text)
        if all(
            entity["offset"] + entity["length"] <= other["offset"]
            or entity["offset"] >= other["offset"] + other["length"]
            for other in closed
        )
    ]
    return sorted([*given, *found], key=lambda entity: (entity["offset"], -entity["length"]))
