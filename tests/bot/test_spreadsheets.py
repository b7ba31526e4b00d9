"""Cells that no spreadsheet program takes for a formula."""

from __future__ import annotations

import pytest

from bot.spreadsheets import csv_of, safe_cell


@pytest.mark.attack(51)
@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_formula_is_defused(start: str) -> None:
    assert safe_cell(f"{start}1") == f"'{start}1"


@pytest.mark.parametrize("cell", ["", "Dana", "a=b", "1-2", " x"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert safe_cell(cell) == cell


def test_a_table_is_utf_8_with_a_mark() -> None:
    assert csv_of(("naïve", "b"), [('x"y', "=1")]) == (
        b"\xef\xbb\xbfna\xc3\xafve,b\r\n" + b'"x""y",\'=1\r\n'
    )
