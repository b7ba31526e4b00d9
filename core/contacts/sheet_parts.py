"""The parts of a spreadsheet: shared texts and cells, as expat tells of them."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from xml.parsers import expat

from core.contacts.tables import Row
from core.errors import Invalid
from core.names import clean_text

MOST_STRINGS = 200_000
MOST_COLUMNS = 256
# Of a cell we keep this much; what is longer is refused with its line by whoever reads it.
SHEET_CELL_LIMIT = 1001
NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
# What stands in place of a value that the program that wrote the file never worked out.
UNCALCULATED = "\ufffc="


class Strings:
    """The texts that cells share. How they are read aloud (`rPh`) is none of them."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._parts: list[str] = []
        self._text = self._aloud = False
        self.parser = new_parser()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._data

    def _start(self, name: str, _attributes: object) -> None:
        local = local_name(name)
        self._aloud = self._aloud or local == "rPh"
        self._text = local == "t" and not self._aloud

    def _end(self, name: str) -> None:
        local = local_name(name)
        self._text = False
        if local == "rPh":
            self._aloud = False
        elif local == "si":
            if len(self.found) >= MOST_STRINGS:
                raise Invalid("file_unpacks_too_large")
            self.found.append("".join(self._parts)[:SHEET_CELL_LIMIT])
            self._parts = []

    def _data(self, text: str) -> None:
        if self._text and sum(map(len, self._parts)) < SHEET_CELL_LIMIT:
            self._parts.append(text[:SHEET_CELL_LIMIT])


class Cells:
    """The cells of one sheet. A formula counts by the value that was kept with it."""

    def __init__(self, strings: list[str], most: int) -> None:
        self.rows: list[Row] = []
        self._strings = strings
        self._most = most
        self._line = 0
        self._cells: dict[int, str] = {}
        self._column = 0
        self._kind = ""
        self._size = 0
        self._parts: list[str] = []
        self._formula = self._text = self._aloud = False
        self.parser = new_parser()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._data

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = local_name(name)
        if local == "row":
            self._line = int(attributes.get("r") or self._line + 1)
            self._cells, self._column = {}, 0
        elif local == "c":
            place = attributes.get("r")
            self._column = _column(place) if place else self._column + 1
            self._kind = attributes.get("t", "n")
            self._parts, self._size, self._formula = [], 0, False
        elif local == "f":
            self._formula = True
        elif local == "rPh":
            self._aloud = True
        self._text = local in ("v", "t") and not self._aloud

    def _end(self, name: str) -> None:
        local = local_name(name)
        self._text = False
        if local == "rPh":
            self._aloud = False
        elif local == "c" and self._column <= MOST_COLUMNS:
            self._cells[self._column] = self._value()
        elif local == "row":
            self._close_row()

    def _data(self, text: str) -> None:
        if self._text and self._size < SHEET_CELL_LIMIT:
            self._size += len(text)
            self._parts.append(text[:SHEET_CELL_LIMIT])

    def _value(self) -> str:
        text = "".join(self._parts)
        if self._formula and not text:
            return UNCALCULATED
        if self._kind == "s":
            return (
                self._strings[int(text)]
                if text.isdigit() and int(text) < len(self._strings)
                else ""
            )
        return plain_number(text) if self._kind == "n" else text

    def _close_row(self) -> None:
        width = max(self._cells, default=0)
        cells = tuple(
            clean_text(self._cells.get(n, "")[:SHEET_CELL_LIMIT]) for n in range(1, width + 1)
        )
        if not any(sign.isalnum() or sign == "=" for cell in cells for sign in cell):
            return
        if len(self.rows) > self._most:  # one may be the header
            raise Invalid("list_too_long", most=self._most)
        self.rows.append(Row(self._line, cells))


def plain_number(text: str) -> str:
    """A whole number without the `.0` or the exponent that programs keep it with."""
    if not NUMBER.fullmatch(text):
        return text
    value = float(text)
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else text


def new_parser() -> expat.XMLParserType:
    """With names as `namespace name`. Files that declare entities are no office files."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise Invalid("file_no_text")

    parser.StartDoctypeDeclHandler = refuse
    return parser


def local_name(name: str) -> str:
    return name.rpartition(" ")[2]


def _column(place: str) -> int:
    """The number of the column of a cell such as `AB12`, from 1."""
    number = 0
    for letter in place:
        if not letter.isalpha():
            break
        number = number * 26 + ord(letter.upper()) - 64
    return number


def part_of(target: str) -> str:
    """The part that the workbook names, from the root or from where it stands itself."""
    return target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl", target))
