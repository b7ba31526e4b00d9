"""Lists of people as they are pasted and exported: names, addresses, and where each stands."""

from __future__ import annotations

import pytest

from core.contacts.lists import Contact, read_contacts
from core.contacts.tables import MOST_ROWS
from core.errors import Invalid

GOOGLE = (
    "First Name,Middle Name,Last Name,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,"
    "Phone 1 - Value\r\nDana,,Levi,* myContacts,Home,dana@example.org,Mobile,+972 50-111-1111 :::"
    " 03-1111111\r\n"
)
OUTLOOK = "Title,First Name,Last Name,E-mail Address,Mobile Phone\r\n,Dana,Levi,dana@x.org,050\r\n"


def read(text: str) -> list[tuple[int, str, tuple[str, ...]]]:
    return [(one.line, one.name, one.addresses) for one in read_contacts(text)]


@pytest.mark.attack(50)
@pytest.mark.parametrize("sign", [",", ";", "\t", "|", ", ", " ; "])
def test_the_sign_that_makes_even_rows_parts_the_cells(sign: str) -> None:
    text = f"Dana Levi{sign}@dana\n\nOmer{sign}omer@example.org\r\n"
    assert read(text) == [(1, "Dana Levi", ("@dana",)), (3, "Omer", ("omer@example.org",))]


@pytest.mark.attack(50)
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("sep=;\nName;Phone\nDana;0501234567", [(3, "Dana", ("0501234567",))]),
        ("\ufeffName,Phone\nDana,0501234567", [(2, "Dana", ("0501234567",))]),
        ("שם פרטי;שם משפחה;טל\u05f3\nדנה;לוי;0501234567", [(2, "דנה לוי", ("0501234567",))]),
        ("שֵׁם\u200f,דוא״ל\nדנה,d@x.org", [(2, "דנה", ("d@x.org",))]),
        ("Nombre,Teléfono\nAna,5512345678", [(2, "Ana", ("5512345678",))]),
        ("Nombre,Apellidos,Correo\nAna,Ruiz,a@x.org", [(2, "Ana Ruiz", ("a@x.org",))]),
        ("Party of 2026\n\nGuest,Mobile\nDana,0501234567", [(4, "Dana", ("0501234567",))]),
        ("Name,Name,Phone\nDana,Levi,0501234567", [(2, "Dana Levi", ("0501234567",))]),
        ("Name,Telegram\nDana,dana_l", [(2, "Dana", ("@dana_l",))]),
        (GOOGLE, [(2, "Dana Levi", ("+972 50-111-1111", "03-1111111", "dana@example.org"))]),
        (OUTLOOK, [(2, "Dana Levi", ("050", "dana@x.org"))]),
    ],
)
def test_the_header_says_what_a_column_holds(text: str, found: list[object]) -> None:
    assert read(text) == found


@pytest.mark.attack(50)
def test_a_quoted_cell_may_fill_several_lines() -> None:
    text = 'Name,Phone\n"Dana\nLevi",0501234567\nOmer,0521234567'
    assert read(text) == [(2, "Dana Levi", ("0501234567",)), (4, "Omer", ("0521234567",))]


@pytest.mark.attack(50)
def test_a_quote_that_is_left_open_swallows_nobody() -> None:
    assert [one.name for one in read_contacts('"Dana,@dana\nOmer,@omer\nNoa,@noa')][1:] == [
        "Omer",
        "Noa",
    ]


@pytest.mark.attack(50)
def test_ragged_rows_are_read_as_far_as_they_go() -> None:
    text = "Name,Phone,Mail\nDana\nOmer,0521234567\nNoa,,noa@x.org,more,cells"
    assert read(text) == [
        (2, "Dana", ()),
        (3, "Omer", ("0521234567",)),
        (4, "Noa", ("noa@x.org",)),
    ]


@pytest.mark.parametrize(
    ("line", "contact"),
    [
        ("@dana", Contact(1, "", ("@dana",))),
        ("Dana Levi <dana@x.org>", Contact(1, "Dana Levi", ("dana@x.org",))),
        ("Dana;Levi;050-1234567", Contact(1, "Dana Levi", ("050-1234567",))),
        ("Dana Levi;coach;@dana", Contact(1, "Dana Levi", ("@dana",))),
        ("d@x.org,0501234567,@d", Contact(1, "", ("@d", "0501234567", "d@x.org"))),
        ("Dana & Omer,0501234567", Contact(1, "Dana & Omer", ("0501234567",))),
    ],
)
def test_without_a_header_a_cell_is_what_it_looks_like(line: str, contact: Contact) -> None:
    assert read_contacts(line) == [contact]


@pytest.mark.attack(45, 47)
def test_cells_are_cleaned_and_cut() -> None:
    [contact] = read_contacts("Dana Le\u202evi\x00," + "x" * 5000)
    assert contact.name == "Dana Levi"


@pytest.mark.parametrize("text", ["", "\n\n", ",,\n;", "Name,Phone"])
def test_nobody_is_no_list(text: str) -> None:
    with pytest.raises(Invalid, match="list_empty"):
        read_contacts(text)


@pytest.mark.attack(52)
def test_a_list_has_a_largest_length() -> None:
    rows = ["Name,Phone", *(f"Fan {n},@fan{n}" for n in range(MOST_ROWS))]
    assert len(read_contacts("\n".join(rows))) == MOST_ROWS
    with pytest.raises(Invalid, match="list_too_long"):
        read_contacts("\n".join([*rows, "One more,@more"]))
    with pytest.raises(Invalid, match="list_too_long"):
        read_contacts("@x\n" * 100_000)
