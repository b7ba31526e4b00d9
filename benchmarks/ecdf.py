"""A picture of how samples are distributed: which share of them took at most how long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 640, 320
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 40, 48
COLOURS = ("#1f6feb", "#d1570a", "#2f7d32")
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
STEPS_MS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)


def draw(series: Mapping[str, Sequence[float]], *, title: str, path: Path) -> None:
    """Write the picture: milliseconds to the right, the share upward, one line for each series."""
    longest = max(max(samples) for samples in series.values())
    step = next((step for step in STEPS_MS if longest / step <= 8), longest)
    end = step * (longest // step + 1)
    parts = [_text(WIDTH / 2, 22, title, size=14, anchor="middle")]
    parts += [_share_line(share) for share in SHARES]
    parts += [_tick(number * step, end) for number in range(int(end / step) + 1)]
    for place, (name, samples) in enumerate(series.items()):
        parts.append(_curve(sorted(samples), end, COLOURS[place % len(COLOURS)]))
        parts.append(_label(place, name))
    path.write_text(_frame("\n".join(parts)), encoding="utf-8")


def _frame(content: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'font-family="sans-serif" role="img">\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>\n{content}\n</svg>\n'
    )


def _curve(ordered: Sequence[float], end: float, colour: str) -> str:
    points = [f"{_x(0, end):.1f},{_y(0):.1f}"]
    for place, value in enumerate(ordered):
        x = _x(value, end)
        points += [f"{x:.1f},{_y(place / len(ordered)):.1f}"]
        points += [f"{x:.1f},{_y((place + 1) / len(ordered)):.1f}"]
    points.append(f"{_x(end, end):.1f},{_y(1):.1f}")
    return f'<polyline points="{" ".join(points)}" fill="none" stroke="{colour}" stroke-width="2"/>'


def _share_line(share: float) -> str:
    y = _y(share)
    line = f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#d0d7de"/>'
    return line + _text(LEFT - 8, y + 4, f"{share:.0%}", anchor="end")


def _tick(value: float, end: float) -> str:
    return _text(_x(value, end), HEIGHT - BOTTOM + 18, f"{value:g} ms", anchor="middle")


def _label(place: int, name: str) -> str:
    x, y = LEFT + 16 + place * 230, HEIGHT - 10
    colour = COLOURS[place % len(COLOURS)]
    mark = f'<path d="M{x} {y - 4}h24" stroke="{colour}" stroke-width="3"/>'
    return mark + _text(x + 30, y, name)


def _text(x: float, y: float, text: str, *, size: int = 12, anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="#1f2328" '
        f'text-anchor="{anchor}">{escape(text)}</text>'
    )


def _x(value: float, end: float) -> float:
    return LEFT + value / end * (WIDTH - LEFT - RIGHT)


def _y(share: float) -> float:
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)
