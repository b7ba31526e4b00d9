"""Row: one measured figure beside its limit; printed, and kept in docs/performance.md."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGE = DOCS / "performance.md"
BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"


@dataclass(frozen=True, slots=True)
class Row:
    """`holds` is None where the figure is told but nothing is asked of it."""

    case: str
    figure: str
    limit: str = ""
    holds: bool | None = None


def limited(case: str, value: float, figure: str, *, at_most: float, unit: str) -> Row:
    """A figure that must not exceed `at_most`."""
    return Row(case, figure, f"at most {at_most:g} {unit}", value <= at_most)


def at_least(case: str, value: float, figure: str, *, limit: float) -> Row:
    """A ratio that must not be smaller than `limit`."""
    return Row(case, figure, f"at least {limit:g}", value >= limit)


def markdown(rows: Iterable[Row]) -> str:
    lines = ["| what | measured | limit | holds |", "|---|---|---|---|"]
    lines += [f"| {row.case} | {row.figure} | {row.limit} | {_mark(row)} |" for row in rows]
    return "\n".join(lines)


def plain(rows: Sequence[Row]) -> str:
    """The same for a terminal."""
    cells = [(row.case, row.figure, row.limit, _mark(row)) for row in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(4)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    )


def write(body: str, page: Path = PAGE) -> None:
    """Put `body` between the page's markers. Raises ValueError for a page without them."""
    text = page.read_text(encoding="utf-8")
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{page.name} has no markers for the table")
    page.write_text(f"{head}{BEGIN}\n{body}\n{END}{tail}", encoding="utf-8")


def _mark(row: Row) -> str:
    return "" if row.holds is None else ("yes" if row.holds else "NO")
