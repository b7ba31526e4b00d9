"""Spreadsheets (.xlsx), read as a stream: neither a zip bomb nor a giant cell fills the memory."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from xml.parsers import expat

from core.contacts.sheet_parts import Cells, Strings, local_name, new_parser, part_of
from core.contacts.tables import Row
from core.errors import Invalid
from core.names import clean_text

ZIP = b"PK\x03\x04"
CHUNK = 64 * 1024
# What the parts of one file may unpack to, in bytes: 10,000 guests need about 5 MB.
MOST_UNPACKED = 64 * 1024 * 1024
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    expat.ExpatError,
    KeyError,  # a part is missing
    ValueError,  # a number is none
    NotImplementedError,  # packed in some rare way
    RuntimeError,  # encrypted
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of the first sheet that is shown and holds any, and the names of the others."""

    rows: list[Row]
    others: tuple[str, ...]


def read_sheet(data: bytes, *, most: int) -> Sheet:
    """Raises Invalid for what is no spreadsheet, unpacks to too much, or has more rows."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _Book(archive, most).read()
    except BROKEN:
        raise Invalid("file_no_text") from None


class _Book:
    def __init__(self, archive: zipfile.ZipFile, most: int) -> None:
        self._archive = archive
        self._most = most
        self._left = MOST_UNPACKED

    def read(self) -> Sheet:
        relations: list[dict[str, str]] = []
        self._walk("xl/_rels/workbook.xml.rels", {"Relationship": relations.append})
        targets = {one["Id"]: part_of(one["Target"]) for one in relations}
        shown, hidden = self._sheets(targets)
        strings = self._strings(relations)
        for place, (_, part) in enumerate(shown):
            rows = self._rows(part, strings)
            if rows:
                return Sheet(rows, tuple(name for name, _ in shown[place + 1 :]) + hidden)
        raise Invalid("list_empty")

    def _sheets(self, targets: dict[str, str]) -> tuple[list[tuple[str, str]], tuple[str, ...]]:
        """Name and part of each sheet that is shown, and the names of the hidden ones."""
        found: list[dict[str, str]] = []
        self._walk("xl/workbook.xml", {"sheet": found.append})
        shown, hidden = [], []
        for one in found:
            name, part = clean_text(one["name"]), targets.get(_relation(one))
            if one.get("state", "visible") != "visible":
                hidden.append(name)
            elif part is not None:
                shown.append((name, part))
        return shown, tuple(hidden)

    def _strings(self, relations: list[dict[str, str]]) -> list[str]:
        reader = Strings()
        for one in relations:
            if one["Type"].endswith("/sharedStrings"):
                self._feed(part_of(one["Target"]), reader.parser)
        return reader.found

    def _rows(self, part: str, strings: list[str]) -> list[Row]:
        reader = Cells(strings, self._most)
        self._feed(part, reader.parser)
        return reader.rows

    def _walk(self, part: str, seen: dict[str, Callable[[dict[str, str]], object]]) -> None:
        parser = new_parser()

        def start(name: str, attributes: dict[str, str]) -> None:
            if (handler := seen.get(local_name(name))) is not None:
                handler(attributes)

        parser.StartElementHandler = start
        self._feed(part, parser)

    def _feed(self, part: str, parser: expat.XMLParserType) -> None:
        with self._archive.open(part) as stream:
            while chunk := stream.read(CHUNK):
                self._left -= len(chunk)
                if self._left < 0:
                    raise Invalid("file_unpacks_too_large")
                parser.Parse(chunk, False)
        parser.Parse(b"", True)


def _relation(sheet: dict[str, str]) -> str:
    """Its relation's id: the namespace is another in strict files."""
    return next((value for name, value in sheet.items() if name.endswith("relationships id")), "")
