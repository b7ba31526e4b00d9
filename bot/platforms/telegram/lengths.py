"""Telegram's limit of length: a long answer goes out as several messages."""

from __future__ import annotations

import html
from collections.abc import Iterator

from bot.texts import without_markup
from core.names import cut

TEXT_LIMIT = 4096


def split(markup: str, limit: int = TEXT_LIMIT) -> list[str]:
    """HTML in pieces of at most `limit` UTF-16 units each, counted as Telegram does: once parsed.

    Our sentences stand in lines of their own, so that no tag is open where two lines part.
    """
    pieces: list[str] = []
    for line in _lines(markup, limit):
        longer = f"{pieces[-1]}\n{line}" if pieces else line
        if pieces and _units(without_markup(longer)) <= limit:
            pieces[-1] = longer
        else:
            pieces.append(line)
    return [piece.strip("\n") for piece in pieces if piece.strip()]


def _lines(markup: str, limit: int) -> Iterator[str]:
    for line in markup.split("\n"):
        rest = without_markup(line)
        if _units(rest) <= limit:
            yield line
            continue
        while rest:  # too long for a message by itself: its words matter more than its markup
            piece = cut(rest, limit) or rest[: limit // 2]
            yield html.escape(piece)
            rest = rest.removeprefix(piece)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
