"""What is said on GroupMe: plain text, buttons as numbered lines, in pieces of its length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.command import Button
from bot.texts import Reader, say
from core.names import cut

# Characters (API v3, messages); counted in UTF-16 units, the strictest way to count them.
TEXT_LIMIT = 1000

Buttons = Sequence[Sequence[Button]]


def lines_behind(buttons: Buttons) -> list[str]:
    """The command lines, in the order in which they are numbered."""
    return [button.line for row in buttons for button in row if button.line]


def with_numbers(text: str, buttons: Buttons, *, first: int, reader: Reader) -> str:
    """The text with a line for each button, numbered from `first` on."""
    labels = [button.label for row in buttons for button in row if button.line]
    shown = [
        reader.plain(say("Reply {number} – {label}", number=number, label=label))
        for number, label in enumerate(labels, start=first)
    ]
    return "\n".join([text, "", *shown]) if shown else text


def split(text: str, limit: int = TEXT_LIMIT) -> list[str]:
    """In pieces of at most `limit` units, between lines where that is possible, else between words
    and so never within a link, and never within a letter.
    """
    pieces: list[str] = []
    for line in _lines(text, limit):
        longer = f"{pieces[-1]}\n{line}" if pieces else line
        if pieces and _units(longer) <= limit:
            pieces[-1] = longer
        else:
            pieces.append(line)
    return [piece.strip("\n") for piece in pieces if piece.strip()]


def _lines(text: str, limit: int) -> Iterator[str]:
    for line in text.split("\n"):
        rest = line
        while _units(rest) > limit:
            piece = _between_words(cut(rest, limit) or rest[: limit // 2])
            yield piece
            rest = rest.removeprefix(piece)
        yield rest


def _between_words(piece: str) -> str:
    """Up to its last blank, unless that would leave less than half of it."""
    end = piece.rfind(" ") + 1
    return piece[:end] if end > len(piece) // 2 else piece


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
