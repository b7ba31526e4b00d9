"""Bars: how much of something is done, in letters."""

from __future__ import annotations

from bot.texts import Verbatim

WIDTH = 10


def bar(done: int, of: int) -> Verbatim:
    """`▓▓▓░░░░░░░`, full only when all is done."""
    full = WIDTH * min(done, of) // of if of else WIDTH
    return Verbatim("▓" * full + "░" * (WIDTH - full))
