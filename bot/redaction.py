"""Takes secrets out of a text that is about to leave the process."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from urllib.parse import quote

HIDDEN = "[hidden]"
# A shorter one would blank out ordinary words, and protects nothing anyway.
SHORTEST_SECRET = 4
# 43 characters of base64url hold small and capital letters; a name in code seldom does.
_LETTERS = r"(?=[\w-]{0,42}[a-z])(?=[\w-]{0,42}[A-Z])[\w-]{43}"
FORMS = (
    r"usk_[\w-]{20,}",  # a key for programs
    r"(?<![0-9])[0-9]{6,}(?::|%3A)[\w-]{20,}",  # a Telegram bot token, in a URL's query too
    rf"(?<=[a-z]_){_LETTERS}",  # an invite token in a start payload
    rf"(?<![\w-]){_LETTERS}(?![\w-])",  # an invite token alone
    r"(?<=start=)[\w-]{43,}|(?<=start%3D)[\w-]{43,}",  # whatever opens a chat with the bot
)


class Redactor:
    """Removes bot tokens, invite tokens and the given `secrets`, however they were escaped."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        spellings = {spelling for secret in secrets for spelling in _spellings(secret)}
        literal = [re.escape(word) for word in sorted(spellings, key=len, reverse=True)]
        self._pattern = re.compile("|".join([*literal, *FORMS]), re.ASCII)

    def redact(self, text: str) -> str:
        return self._pattern.sub(HIDDEN, text)


def _spellings(secret: str) -> set[str]:
    """As it is, as in a URL, as in a Python repr, as in JSON."""
    if len(secret) < SHORTEST_SECRET:
        return set()
    return {secret, quote(secret, safe=""), repr(secret)[1:-1], json.dumps(secret)[1:-1]}
