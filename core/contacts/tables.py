"""A table as it is pasted or saved: which sign parts its cells, and where each row began."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from core.errors import Invalid
from core.names import clean_text

DELIMITERS = ",;\t|"
MOST_ROWS = 500
CELL_LIMIT = 256
HINT = "sep="  # Excel's own first line


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row, cleaned and cut; `line` is where it begins, from 1."""

    line: int
    cells: tuple[str, ...]


def read_table(text: str) -> list[Row]:
    """The rows that hold something. Raises Invalid for more than MOST_ROWS, or for none."""
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith(HINT) and len(first.strip()) == len(HINT) + 1:
        rows = list(_parse(rest, first.strip()[-1], offset=1))
    else:
        rows = _best(text)
    if not rows:
        raise Invalid("list_empty")
    return rows


def _best(text: str) -> list[Row]:
    """Decided on how alike the rows are that a sign makes, not on how often it stands there."""
    parsed = [list(_parse(text, sign, offset=0)) for sign in DELIMITERS]
    return max(parsed, key=_consistency)


def _consistency(rows: list[Row]) -> float:
    widths = Counter(len(row.cells) for row in rows if len(row.cells) > 1)
    if not widths:
        return 0.0
    width, count = widths.most_common(1)[0]
    return count / len(rows) + min(width, 50) / 1000


def _parse(text: str, delimiter: str, *, offset: int) -> Iterator[Row]:
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=delimiter,
        quoting=csv.QUOTE_MINIMAL if _is_closed(text, delimiter) else csv.QUOTE_NONE,
        skipinitialspace=True,
    )
    line, count = 1, 0
    for cells in reader:
        begins, line = line, reader.line_num + 1
        cleaned = tuple(clean_text(cell[:CELL_LIMIT]) for cell in cells)
        if not any(sign.isalnum() for cell in cleaned for sign in cell):
            continue
        count += 1
        if count > MOST_ROWS + 1:  # one may be the header
            raise Invalid("list_too_long", most=MOST_ROWS)
        yield Row(begins + offset, cleaned)


def _is_closed(text: str, delimiter: str) -> bool:
    """Whether the quotes come in pairs: one that is left open would swallow all that follows."""
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True, strict=True
    )
    try:
        for _ in reader:
            pass
    except csv.Error as error:
        return "end of data" not in str(error) and "field limit" not in str(error)
    return True
