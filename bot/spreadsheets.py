"""Tables for people's spreadsheet programs, which must not take a cell for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

# What a spreadsheet reads as the start of a formula (CVE-2021-41270).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
BOM = "\ufeff"


def csv_of(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The rows as CSV in UTF-8 with a byte order mark, by which Excel knows that it is UTF-8."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return (BOM + text.getvalue()).encode()


def safe_cell(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
