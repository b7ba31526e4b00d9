"""Words of strangers, in which nothing can be tapped: no link, mention, number or command."""

from __future__ import annotations

import re

SCHEME = re.compile(r"(?i)\b[a-z][a-z0-9+.-]*:/+")
# Between letters a dot makes a domain; Unicode has more than one (UTS 46 maps these to it).
DOT = re.compile(r"(?<=\w)[.\u3002\uff0e\uff61](?=\w)")
MARK = re.compile(r"[@\uff20]|(?<!\w)/(?=\w)")
NUMBER = re.compile(r"\+?\d(?:[\s().–-]*\d){6,}")


def unlinked(text: str) -> str:
    """`text` with what the apps make tappable taken apart: `evil.example` is `evil example`."""
    for pattern, instead in ((SCHEME, " "), (NUMBER, "…"), (DOT, " "), (MARK, " ")):
        text = pattern.sub(instead, text)
    return " ".join(text.split()) or "…"
