"""Rosters as people have them: headers, programs, signs, and what is not a roster."""

from __future__ import annotations

import io

import openpyxl
import pytest

from core.errors import Invalid
from core.rosters.columns import Column, column_of
from core.rosters.files import MOST_BYTES, MOST_PLAYERS, RosterFile, read_roster
from core.rosters.guardians import Contact
from core.rosters.rows import RosterRow

DANA = Contact("Dana Levi", "dana@example.org", "+12025550143")
HEADER = "Player,Team,Parent,E-mail,Phone,Signed"
CARD = b"begin:vcard\r\nVERSION:2.1\r\nFN;ENCODING=QUOTED-PRINTABLE:Da=\r\nna\r\n"
ROW = "Mia Levi,Tigers,Dana Levi,dana@example.org,(202) 555-0143,yes"


def read(text: str | bytes) -> RosterFile:
    data = text if isinstance(text, bytes) else text.encode()
    return read_roster(data, platform="telegram", region="US")


def only(text: str | bytes) -> RosterRow:
    [row] = read(text).rows
    return row


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("Player Name", Column.NAME),
        ("First Name", Column.NAME),
        ("Parent 1 Name", Column.GUARDIAN),
        ("Mother", Column.GUARDIAN),
        ("Father's e-mail", Column.EMAIL_2),
        ("Guardian 2 – Phone", Column.PHONE_2),
        ("Parent/Guardian Email", Column.EMAIL),
        ("Contract signed?", Column.SIGNED),
        ("שם", Column.NAME),
        ("קבוצה", Column.TEAM),
        ("Teléfono", Column.PHONE),
        ("Birthday", None),
    ],
)
def test_a_header_says_what_its_column_holds(header: str, column: Column | None) -> None:
    assert column_of(header) is column


@pytest.mark.attack(50)
@pytest.mark.parametrize(
    "text",
    [
        f"{HEADER}\n{ROW}",
        f"\ufeff{HEADER}\r\n{ROW}\r\n",
        f"sep=;\n{HEADER}\n{ROW}".replace(",", ";"),
        f"{HEADER}\n{ROW}".replace(",", "\t"),
        f"The Tigers 2026\n\n{HEADER}\n{ROW}",
        f"{HEADER}\n{ROW}".encode("utf-16"),
        f"{HEADER}\n{ROW.replace('Dana Levi', chr(34) + 'Dana' + chr(10) + 'Levi' + chr(34))}",
    ],
)
def test_a_roster_is_read_from_whatever_program(text: str | bytes) -> None:
    row = only(text)
    assert (row.name, row.team, row.contacts, row.signed) == ("Mia Levi", "Tigers", (DANA,), True)


def test_names_in_two_columns_and_two_guardians_are_put_together() -> None:
    row = only(
        "First,Last,Parent 1,Parent 1 email,Parent 2,Parent 2 email\n"
        "Mia,Levi,Dana,dana@example.org,Omer,omer@example.org"
    )
    assert row.name == "Mia Levi"
    assert [(one.name, one.email) for one in row.contacts] == [
        ("Dana", "dana@example.org"),
        ("Omer", "omer@example.org"),
    ]


def test_without_a_header_each_cell_is_what_it_looks_like() -> None:
    row = only("Mia Levi,Dana Levi,dana@example.org,+1 202 555 0143,Omer,omer@example.org")
    assert (row.name, row.contacts) == ("Mia Levi", (DANA, Contact("Omer", "omer@example.org")))


def test_columns_of_which_nothing_is_taken_are_named() -> None:
    found = read("Player,Shoe size,Empty\nMia,36,\n")
    assert found.unknown == ("Shoe size",)


@pytest.mark.attack(50)
@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (",Tigers", "name_blank"),
        ("x" * 65, "name_too_long"),
        ("Mia,Tigers,Dana,dana@", "email_unreadable"),
        ("Mia,Tigers,Dana,,202 555 0143 ext. 5", "phone_extension"),
        ("Mia,Tigers,Dana,,perhaps", "phone_unreadable"),
        ("Mia,Tigers,Dana,,,perhaps", "signed_unclear"),
        ("Mia,Tigers,Dana,,,yes,more", "row_ragged"),
    ],
)
def test_what_cannot_be_read_stands_there_with_the_reason(row: str, problem: str) -> None:
    found = read(f"{HEADER}\nNoa\n{row}").rows
    assert [(one.line, one.problem) for one in found] == [(2, None), (3, problem)]


@pytest.mark.attack(55)
def test_an_address_is_compared_in_one_form() -> None:
    row = only(f"{HEADER}\nMia,,Dana,DANA+club@BÜCHER.example,,")
    assert row.contacts[0].email == "dana+club@xn--bcher-kva.example"


@pytest.mark.attack(54)
def test_a_number_is_compared_in_one_form() -> None:
    rows = read(f"{HEADER}\nMia,,Dana,,+521 55 1234 5678\nNoa,,Dana,,+52 55 1234 5678").rows
    assert {one.contacts[0].phone for one in rows} == {"+525512345678"}


def test_a_spreadsheet_is_read() -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for cells in (HEADER.split(","), ROW.split(",")):
        book.active.append(cells)
    kept = io.BytesIO()
    book.save(kept)
    assert only(kept.getvalue()).contacts == (DANA,)


@pytest.mark.attack(52)
@pytest.mark.attack(53)
@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "list_empty"),
        (f"{HEADER}\n".encode(), "list_empty"),
        (b"%PDF-1.7", "file_no_text"),
        (b"PK\x03\x04" + b"\x00" * 99, "file_no_text"),
        (b"x" * (MOST_BYTES + 1), "file_too_large"),
        (b"PK\x03\x04" + b"x" * MOST_BYTES, "file_too_large"),
        (b"Mia\n" * (MOST_PLAYERS + 2), "list_too_long"),
        (
            CARD,
            "roster_of_cards",
        ),
    ],
)
def test_what_is_no_roster_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read(data)
    assert refusal.value.code == code


def test_a_row_survives_being_kept_as_json() -> None:
    row = only(f"{HEADER}\n{ROW}")
    assert RosterRow.unpack(row.pack()) == row
