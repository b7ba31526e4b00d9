"""Spreadsheets: what people and programs put into them, and what attackers do."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections.abc import Callable, Sequence

import pytest
from openpyxl import Workbook

from core.contacts.entries import Entry, read_entry
from core.contacts.guest_files import MOST_GUESTS, read_guest_file
from core.errors import Invalid

SHEET = "xl/worksheets/sheet1.xml"
BOMB = b"<x><t>" + b"a" * 100_000_000 + b"</t></x>"
HEADER = ["Name", "Phone", "Seats"]


def book(fill: Callable[[Workbook], object]) -> bytes:
    made, out = Workbook(), io.BytesIO()
    fill(made)
    made.save(out)
    return out.getvalue()


def sheet(*rows: Sequence[object]) -> bytes:
    return book(lambda made: [made.active.append(list(row)) for row in rows])  # type: ignore[union-attr]


def read(data: bytes) -> list[Entry]:
    return [read_entry(raw, region="IL") for raw in read_guest_file(data).rows]


def swapped(data: bytes, part: str, content: bytes) -> bytes:
    """The same file with another content of one part."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            new.writestr(name, content if name == part else old.read(name))
    return out.getvalue()


def shared(data: bytes, strings: bytes) -> bytes:
    """The same file with texts that its cells share."""
    relations = "xl/_rels/workbook.xml.rels"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        listed = archive.read(relations)
    one = b'<Relationship Type="x/sharedStrings" Target="sharedStrings.xml" Id="s1" />'
    listed = listed.replace(b"</Relationships>", one + b"</Relationships>")
    out = io.BytesIO(swapped(data, relations, listed))
    with zipfile.ZipFile(out, "a", 8) as archive:
        archive.writestr("xl/sharedStrings.xml", strings)
    return out.getvalue()


def refusal_of(data: bytes) -> str:
    with pytest.raises(Invalid) as refusal:
        read_guest_file(data)
    return refusal.value.code


def test_numbers_that_lost_their_nought_are_still_phone_numbers() -> None:
    found = read(
        sheet(["Our list"], [], HEADER, ["Dana Levi", 501111111, 2], ["Omer", 5.01e8, 1.0])
    )
    assert [(one.line, one.first, one.plus_ones) for one in found] == [
        (4, "Dana", 1),
        (5, "Omer", 0),
    ]
    assert [one.phone.key for one in found if one.phone] == ["+972501111111", "+972501000000"]


def test_gaps_keep_their_columns() -> None:
    found = read(sheet(HEADER, ["Dana", None, 2], ["Dana", "050-1111111"]))
    assert [(one.first, one.plus_ones, one.phone is None) for one in found] == [
        ("Dana", 1, True),
        ("Dana", None, False),
    ]


def test_shared_texts_are_read_without_what_tells_how_to_say_them() -> None:
    cells = b'<row><c t="s"><v>0</v></c></row><row><c t="s"><v>1</v></c></row><row><c t="s"/></row>'
    strings = (
        b"<sst><si><t>Name</t></si>"
        b"<si><r><t>Da</t></r><r><t>na</t></r><rPh><t>D A</t></rPh></si></sst>"
    )
    data = swapped(sheet(HEADER), SHEET, b"<sheetData>" + cells + b"</sheetData>")
    assert [one.first for one in read(shared(data, strings))] == ["Dana"]


def test_hidden_and_further_sheets_are_named_and_not_read() -> None:
    def fill(made: Workbook) -> None:
        hidden = made.active
        assert hidden is not None
        hidden.title, hidden.sheet_state = "Old", "hidden"
        made.create_sheet("Guests").append(["Name"])
        made["Guests"].append(["Dana"])
        made.create_sheet("Budget").append(["Sum"])

    data = book(fill)
    assert [one.first for one in read(data)] == ["Dana"]
    assert read_guest_file(data).sheets == ("Budget", "Old")


@pytest.mark.attack(52)
def test_a_formula_without_a_kept_value_is_a_problem_of_its_line() -> None:
    found = read(sheet(HEADER, ["Dana", "=A1", 1], ["Omer", None, 1]))
    assert [one.problem for one in found] == ["formula_unknown", None]


def test_a_formula_counts_by_the_value_that_was_kept() -> None:
    data = sheet(HEADER, ["Dana", "=A1", 1])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        part = archive.read(SHEET)
    kept = part.replace(b"<v></v>", b"<v>501111111</v>").replace(b"<v />", b"<v>501111111</v>")
    assert kept != part
    [entry] = read(swapped(data, SHEET, kept))
    assert entry.phone is not None
    assert entry.phone.key == "+972501111111"


@pytest.mark.attack(52)
@pytest.mark.parametrize(
    "make",
    [
        lambda: swapped(sheet(HEADER, ["Dana"]), SHEET, BOMB),
        lambda: shared(sheet(HEADER, ["Dana"]), BOMB),
    ],
)
def test_a_zip_bomb_is_refused_in_little_memory(make: Callable[[], bytes]) -> None:
    bomb = make()
    tracemalloc.start()
    try:
        assert refusal_of(bomb) == "file_unpacks_too_large"
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.attack(52)
@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>',
        b"<x><unclosed></x>",
        b"",
        b'<sheetData><row r="x"/></sheetData>',
    ],
)
def test_what_is_no_spreadsheet_inside_is_refused(content: bytes) -> None:
    assert refusal_of(swapped(sheet(HEADER, ["D"]), SHEET, content)) in (
        "file_no_text",
        "list_empty",
    )


@pytest.mark.attack(52)
def test_a_zip_that_is_something_else_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../../etc/passwd", "x")
    assert refusal_of(out.getvalue()) == "file_no_text"
    assert refusal_of(b"PK\x03\x04 and nothing else") == "file_no_text"


@pytest.mark.attack(52)
def test_more_rows_than_a_list_may_have_are_refused() -> None:
    row = b"<row><c t='inlineStr'><is><t>Dana</t></is></c></row>"
    content = b"<sheetData>" + row * (MOST_GUESTS + 2) + b"</sheetData>"
    assert refusal_of(swapped(sheet(HEADER), SHEET, content)) == "list_too_long"
