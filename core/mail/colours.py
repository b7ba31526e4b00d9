"""Colours as people write them, and whether a text in one can be read on another."""

from __future__ import annotations

import re

from core.errors import Invalid

# WCAG 2.2, success criterion 1.4.3, for text of ordinary size.
LEAST_CONTRAST = 4.5
LONG = re.compile(r"#?([0-9a-f]{6})")
SHORT = re.compile(r"#?([0-9a-f]{3})")
BLACK, WHITE = "#000000", "#ffffff"


def read_colour(text: str) -> str:
    """`#1A5FB4`, `1a5fb4` or `#15b` as `#1a5fb4`. Raises Invalid."""
    written = text.strip().casefold()
    if long := LONG.fullmatch(written):
        return f"#{long[1]}"
    if short := SHORT.fullmatch(written):
        return "#" + "".join(digit * 2 for digit in short[1])
    raise Invalid("colour_unreadable", colour=text)


def contrast(one: str, other: str) -> float:
    """Between 1 and 21, of two colours such as `#1a5fb4` (WCAG 2.2, contrast ratio)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def is_readable(text: str, ground: str) -> bool:
    return contrast(text, ground) >= LEAST_CONTRAST


def text_on(ground: str) -> str:
    """Black or white: one of them can be read on any colour."""
    return max((BLACK, WHITE), key=lambda text: contrast(text, ground))


def _luminance(colour: str) -> float:
    """Relative luminance, between 0 and 1 (WCAG 2.2, with the threshold of sRGB itself)."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)
