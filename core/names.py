"""Names and notes from people: cleaned of what deceives a reader, never cut inside a letter."""

from __future__ import annotations

import re
import unicodedata

import regex

from core.errors import Invalid

NAME_LIMIT = 64
SLUG_LIMIT = 2 * NAME_LIMIT  # one letter may unfold into 18
# Joiners shape emoji families, Persian and Indic words (RFC 5892, appendix A); elsewhere they and
# every other format character only deceive.
JOINERS = "\u200c\u200d"
STRAY_JOINERS = regex.compile(
    r"((?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])\u200d(?=\p{Extended_Pictographic})"
    r"|(?<=\p{ccc=9})[\u200c\u200d]"
    r"|(?<=[\p{Arabic}\p{Syriac}\p{Nko}\p{M}])\u200c(?=[\p{Arabic}\p{Syriac}\p{Nko}]))"
    r"|[\u200c\u200d]"
)
BLANK_LETTERS = "\u115f\u1160\u3164\uffa0\u2800"
VISIBLE = ("L", "N", "P", "S", "Cn")  # Cn: emoji newer than this Python's tables


def clean_text(text: str) -> str:
    """`text` in NFC on one line, without control, direction, tag and private characters."""
    if text.isascii() and text.isprintable():  # most of what is read: nothing to look up
        return " ".join(text.split())
    kept = unicodedata.normalize("NFC", "".join(map(_keep, text)))
    joined = STRAY_JOINERS.sub(lambda found: found[1] or "", kept)
    # What was taken out may have kept a letter and its accent apart.
    return unicodedata.normalize("NFC", re.sub(r"\s+", " ", joined).strip())


def clean_name(text: str, *, limit: int = NAME_LIMIT) -> str:
    """A name as a person chose it, cleaned. Raises Invalid when it is blank or too long.

    `limit` counts UTF-16 units, the strictest of the units that the platforms count in.
    """
    name = clean_text(text)
    if not is_visible(name):
        raise Invalid("name_blank")
    if units(name) > limit:
        raise Invalid("name_too_long", limit=limit)
    return name


def clean_lines(text: str, *, limit: int) -> str:
    """A longer text in lines, each cleaned, never more than one blank one in a row. Raises Invalid
    when nothing of it shows, or for more than `limit` UTF-16 units.
    """
    rows = "\n".join(clean_text(row) for row in text.split("\n"))
    cleaned = re.sub(r"\n{3,}", "\n\n", rows).strip()
    if not is_visible(cleaned):
        raise Invalid("text_blank")
    if units(cleaned) > limit:
        raise Invalid("text_too_long", limit=limit)
    return cleaned


def display_name(text: str, *, fallback: str, limit: int = NAME_LIMIT) -> str:
    """A name that a platform reports, which can't be refused: cut to fit, or the `fallback`."""
    name = cut(clean_text(text), limit).rstrip()
    return name if is_visible(name) else fallback


def cut(text: str, limit: int) -> str:
    """The longest beginning of `text` within `limit` UTF-16 units that ends between graphemes."""
    if units(text) <= limit:
        return text
    kept: list[str] = []
    left = limit
    for grapheme in regex.findall(r"\X", text):
        left -= units(grapheme)
        if left < 0:
            break
        kept.append(grapheme)
    return "".join(kept)


def slugify(name: str) -> str:
    """A name for commands and addresses: small letters and digits of any script, with hyphens."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return cut(re.sub(r"[\W_]+", "-", folded).strip("-"), SLUG_LIMIT) or "group"


def is_visible(name: str) -> bool:
    """Whether anything of the name shows."""
    return any(unicodedata.category(character).startswith(VISIBLE) for character in name)


def units(text: str) -> int:
    """How long the text is in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def _keep(character: str) -> str:
    category = unicodedata.category(character)
    if character in JOINERS:
        return character
    if character in BLANK_LETTERS or category in ("Zl", "Zp", "Zs"):
        return " "
    if category in ("Cf", "Cs", "Co") or _is_noncharacter(character):
        return ""
    return " " if category == "Cc" else character


def _is_noncharacter(character: str) -> bool:
    point = ord(character)
    return point & 0xFFFE == 0xFFFE or 0xFDD0 <= point <= 0xFDEF
