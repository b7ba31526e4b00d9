"""A table as it is pasted or saved: which sign parts its cells, and where each row began."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from core.errors import Invalid
from core.names import clean_text

DELIMITERS = ",;\t|"
MOST_ROWS = 500
CELL_LIMIT = 256
SAMPLE = 500
OFTEN = 16
HINT = "sep="  # Excel's own first line


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row, cleaned and cut; `line` is where it begins, from 1."""

    line: int
    cells: tuple[str, ...]


def read_table(text: str, *, most: int = MOST_ROWS, cell_limit: int = CELL_LIMIT) -> list[Row]:
    """The rows that hold something, cells cut to `cell_limit`. Raises Invalid for more than `most`
    and a header, for none, or for a cell that is a file by itself.
    """
    first, _, rest = text.partition("\n")
    hinted = first.strip().lower().startswith(HINT) and len(first.strip()) == len(HINT) + 1
    sign = first.strip()[-1] if hinted else _best(text)
    parsed = _parse(rest if hinted else text, sign, offset=int(hinted), cell_limit=cell_limit)
    rows = list(islice(parsed, most + 2))
    if not rows:
        raise Invalid("list_empty")
    if len(rows) > most + 1:  # one may be the header
        raise Invalid("list_too_long", most=most)
    return rows


def _best(text: str) -> str:
    """Decided on how alike the rows are that a sign makes, not on how often it stands there."""
    samples = {
        sign: list(islice(_parse(text, sign, offset=0, cell_limit=CELL_LIMIT), SAMPLE))
        for sign in DELIMITERS
    }
    return max(samples, key=lambda sign: _consistency(samples[sign]))


def _consistency(rows: list[Row]) -> float:
    widths = Counter(len(row.cells) for row in rows if len(row.cells) > 1)
    if not widths:
        return 0.0
    width, count = widths.most_common(1)[0]
    return count / len(rows) + min(width, 50) / 1000


def _parse(text: str, delimiter: str, *, offset: int, cell_limit: int) -> Iterator[Row]:
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=delimiter,
        quoting=csv.QUOTE_MINIMAL if _is_closed(text, delimiter) else csv.QUOTE_NONE,
        skipinitialspace=True,
    )
    line = 1
    known: dict[str, str] = {}  # sides and tables are the same text in a thousand rows
    for cells in _each(reader):
        begins, line = line, reader.line_num + 1
        texts = (clean_text(cell[:cell_limit]) for cell in cells)
        cleaned = tuple(known.setdefault(one, one) if len(one) <= OFTEN else one for one in texts)
        if any(sign.isalnum() for cell in cleaned for sign in cell):
            yield Row(begins + offset, cleaned)


def _each(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        yield from reader
    except csv.Error:  # a cell beyond what the parser takes
        raise Invalid("file_cell_too_long") from None


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
