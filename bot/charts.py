"""Chart: numbers as bars, drawn when the reader is known, in a font of our own."""

from __future__ import annotations

import html
from dataclasses import dataclass
from pathlib import Path

import resvg_py

from bot.texts import Prose, Reader, Text
from core.names import cut

FONT = Path(__file__).parent / "fonts" / "DejaVuSans.ttf"
WIDTH, ROW, TOP, MARGIN = 720, 46, 76, 24
LABEL_WIDTH, BAR_WIDTH = 236, 360
LABEL_LIMIT, TITLE_LIMIT = 24, 48
COLOURS = ("#2f6f8f", "#3f8fae", "#58a55c", "#c9a227", "#b35c44", "#7a6fa3")


@dataclass(frozen=True, slots=True)
class Bar:
    """One number; `out_of` is what it can be at most, where that is known."""

    label: Text
    value: int
    out_of: int | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars one below the other, as long as their numbers, and what stands below the picture."""

    title: Text
    bars: tuple[Bar, ...]
    caption: Prose


def draw(chart: Chart, reader: Reader) -> bytes:
    """The chart as a PNG. Takes some milliseconds: not on the event loop."""
    drawn: bytes = resvg_py.svg_to_bytes(
        svg_string=svg_of(chart, reader),
        font_files=[str(FONT)],
        skip_system_fonts=True,
        background="#ffffff",
    )
    return drawn


def svg_of(chart: Chart, reader: Reader) -> str:
    """The chart as SVG. Names keep their isolates, so that each runs in its own direction."""
    longest = max((bar.out_of or bar.value for bar in chart.bars), default=0) or 1
    height = TOP + ROW * len(chart.bars) + MARGIN
    title = _words(chart.title, reader, TITLE_LIMIT)
    return "".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}"',
            ' font-family="DejaVu Sans" font-size="20" fill="#222222">',
            f'<text x="{MARGIN}" y="46" font-size="24">{title}</text>',
            *(_row(number, bar, longest, reader) for number, bar in enumerate(chart.bars)),
            "</svg>",
        )
    )


def _row(number: int, bar: Bar, longest: int, reader: Reader) -> str:
    top = TOP + ROW * number
    start, middle = MARGIN + LABEL_WIDTH, top + 25
    width = BAR_WIDTH * bar.value / longest
    whole = BAR_WIDTH * (bar.out_of or 0) / longest
    told = str(bar.value) if bar.out_of is None else f"{bar.value} / {bar.out_of}"
    colour = COLOURS[number % len(COLOURS)]
    return (
        f'<text x="{MARGIN}" y="{middle}">{_words(bar.label, reader, LABEL_LIMIT)}</text>'
        f'<rect x="{start}" y="{top + 4}" width="{whole:.1f}" height="30" fill="#e4e4e4"/>'
        f'<rect x="{start}" y="{top + 4}" width="{width:.1f}" height="30" fill="{colour}"/>'
        f'<text x="{start + max(width, whole) + 10:.1f}" y="{middle}">{told}</text>'
    )


def _words(text: Text, reader: Reader, limit: int) -> str:
    return html.escape(cut(reader.plain(text), limit))
