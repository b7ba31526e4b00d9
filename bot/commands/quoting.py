"""Quoting: text from people inside a button's line, so that it is read back as one word."""

from __future__ import annotations

MARKS = (('"', '"'), ("“", "”"), ("«", "»"))


def quoted(text: str) -> str:
    """The text between marks that it does not hold itself, where there are such."""
    opening, closing = next((pair for pair in MARKS if not set(pair) & set(text)), MARKS[-1])
    return f"{opening}{text}{closing}"
