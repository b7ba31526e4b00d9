"""Numbers as bars: drawn with our own font, names in their own direction and never as markup."""

from __future__ import annotations

import hashlib
import io
from xml.etree import ElementTree

import pytest

from bot.charts import FONT, Bar, Chart, draw, svg_of
from bot.texts import Reader, say

READER = Reader("en", "UTC")
SHALOM = "שלום"
SVG = "{http://www.w3.org/2000/svg}"


def _chart(name: str, *values: int) -> Chart:
    bars = tuple(Bar(say("Accepted"), value) for value in values or (1,))
    return Chart(say("Invites to {group}, all", group=name), bars, say("Invites"))


def _as_it_is(text: str) -> Chart:
    """With words that no reader isolates or cleans."""
    return Chart(say(text), (Bar(say("Accepted"), 1),), say("Invites"))


def test_the_font_is_the_one_that_was_published_and_has_its_licence() -> None:
    published = "abdc775b21b1bc470d50c97e790d276f2054b7504e56e5bd3e64f48d68582322"
    assert hashlib.sha256(FONT.read_bytes()).hexdigest() == published
    assert "Permission is hereby granted" in (FONT.parent / "LICENSE").read_text()


def test_a_name_from_right_to_left_is_drawn_from_right_to_left() -> None:
    turned = "".join(reversed(SHALOM))
    by_eye = _as_it_is(f"Invites to \u202d{turned}\u202c, all")
    assert draw(_chart(SHALOM), READER) == draw(by_eye, READER)
    assert draw(_chart(SHALOM), READER) != draw(_chart(turned), READER)


@pytest.mark.attack(44, 45)
@pytest.mark.parametrize(
    "name", ["<b>&'\"", "</text><script>", "\u202eevil", "a\x00b\x07", "👨‍👩‍👧‍👦" * 30, ""]
)
def test_no_name_is_markup_or_breaks_the_picture(name: str) -> None:
    root = ElementTree.parse(io.StringIO(svg_of(_chart(name), READER))).getroot()  # noqa: S314
    assert {element.tag for element in root.iter()} == {
        f"{SVG}{tag}" for tag in ("svg", "text", "rect")
    }
    assert draw(_chart(name), READER).startswith(b"\x89PNG")


@pytest.mark.parametrize("values", [(0, 0), (5, 3, 1), (10**9, 1)])
def test_bars_are_as_long_as_their_numbers(values: tuple[int, ...]) -> None:
    root = ElementTree.fromstring(svg_of(_chart("Tigers", *values), READER))  # noqa: S314
    widths = [float(bar.attrib["width"]) for bar in root.iter(f"{SVG}rect")][1::2]
    longest = max(values) or 1
    assert widths == [pytest.approx(360 * value / longest, abs=0.1) for value in values]
