"""Guest lists of the programs and languages that people have, as text."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from core.contacts.entries import Entry, read_entry
from core.contacts.guest_files import MOST_GUESTS, MOST_TEXT_BYTES, read_guest_file, read_guest_text
from core.errors import Invalid

GOOGLE_NEW = (
    "First Name,Middle Name,Last Name,Nickname,Labels,E-mail 1 - Label,E-mail 1 - Value,"
    "Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value\r\n"
    "Dana,,Levi,Danush,* myContacts ::: Wedding,Home,dana@example.org,Home,03-1111111,Mobile,"
    "+972 50-111-1111 ::: 052-2222222\r\n"
)
GOOGLE_OLD = (
    "Name,Given Name,Additional Name,Family Name,Group Membership,E-mail 1 - Type,"
    "E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value\r\n"
    "Dana Levi,Dana,,Levi,* myContacts,* Home,dana@example.org,Mobile,0501111111\r\n"
)
OUTLOOK = (
    "Title,First Name,Last Name,Business Fax,Business Phone,E-mail Address,E-mail 2 Address,"
    "Home Phone,Mobile Phone,Categories\r\n"
    "Ms,Dana,Levi,03-9999999,03-8888888,dana@example.org,d@example.org,03-1111111,0501111111,"
    "Family\r\n"
)


def read(text: str, region: str = "IL") -> list[Entry]:
    return [read_entry(raw, region=region) for raw in read_guest_text(text).rows]


def told(entry: Entry) -> dict[str, Any]:
    """What the list says of somebody."""
    pairs = {one.name: getattr(entry, one.name) for one in fields(Entry)}
    pairs["phone"] = entry.phone.key if entry.phone else None
    return {name: value for name, value in pairs.items() if value not in (None, "", ())}


def told_first(text: str, region: str = "IL") -> dict[str, Any]:
    found = told(read(text, region)[0])
    return {name: value for name, value in found.items() if name not in ("line", "said")}


def test_an_english_list_tells_all_that_a_guest_has() -> None:
    text = (
        "Name,Phone,Email,Party Size,Household,Side,Table,RSVP,Kids,Meal,Notes\n"
        "Dana Levi,050-1111111,dana@example.org,3,The Levis,bride,4,yes,1,vegan,from school\n"
    )
    assert told_first(text) == {
        "first": "Dana",
        "last": "Levi",
        "phone": "+972501111111",
        "email": "dana@example.org",
        "plus_ones": 1,
        "children": 1,
        "household": "The Levis",
        "side": "bride",
        "seating": "4",
        "status": "confirmed",
        "diet": "vegan",
        "notes": "from school",
    }


def test_a_hebrew_list_is_read_in_spite_of_marks_and_vowel_points() -> None:
    text = "שֵׁם פרטי;משפחה;טל׳;צד;אישור הגעה\n\u200fדנה;לוי;050-1111111;כלה;לא מגיעה\n"  # noqa: RUF001
    assert told_first(text) == {
        "first": "דנה",
        "last": "לוי",
        "phone": "+972501111111",
        "side": "כלה",
        "status": "declined",
    }


def test_a_family_without_a_first_name_is_a_household() -> None:
    text = "שם,משפחה,כמות מוזמנים\nדנה,משפחת לוי,2\n"
    assert told_first(text) == {"first": "דנה", "household": "משפחת לוי", "plus_ones": 1}


def test_a_spanish_list_of_latin_america_is_read() -> None:
    text = "Nombre;Apellidos;Teléfono;Pases;Confirmación\nAna María;Ruiz;55 1234 5678;2;sí\n"
    assert told_first(text, "MX") == {
        "first": "Ana María",
        "last": "Ruiz",
        "phone": "+525512345678",
        "plus_ones": 1,
        "status": "confirmed",
    }


@pytest.mark.parametrize("name", ["Dana & Omer", "Ana y Luis", "The Smith Family", "משפחת כהן"])
def test_a_couple_and_a_family_stay_one_party(name: str) -> None:
    assert told_first(f"Guest\tPhone\n{name}\t050-1111111\n")["first"] == name


def test_guests_are_names_or_a_number() -> None:
    assert told_first("Guests,Side\nDana Levi,bride\nOmer,groom\n")["first"] == "Dana"
    assert told_first("Name,Guests\nDana Levi,3\n")["plus_ones"] == 2


def test_the_new_export_of_google_prefers_the_mobile_and_keeps_the_rest_in_the_notes() -> None:
    found = told_first(GOOGLE_NEW)
    assert (found["phone"], found["side"]) == ("+972501111111", "Wedding")
    assert found["notes"] == "052-2222222; 03-1111111"
    assert read_guest_text(GOOGLE_NEW).unknown == ("Nickname",)


def test_the_old_export_of_google_is_read() -> None:
    found = told_first(GOOGLE_OLD)
    assert (found["first"], found["last"], found["phone"]) == ("Dana", "Levi", "+972501111111")


def test_outlooks_numbers_go_mobile_first_and_a_fax_is_none() -> None:
    found = told_first(OUTLOOK)
    assert (found["phone"], found["email"]) == ("+972501111111", "dana@example.org")
    assert found["notes"] == "03-1111111; 03-8888888; d@example.org"
    assert read_guest_text(OUTLOOK).unknown == ("Title", "Business Fax")


@pytest.mark.attack(50)
@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"\xef\xbb\xbfName,Phone\nDana,0501111111", "Dana"),
        ("Name\tPhone\nדנה\t0501111111".encode("utf-16"), "דנה"),
        ("שם;טלפון\nדנה;0501111111".encode("cp1255"), "דנה"),
        ("Nombre;Teléfono\nMaría;0501111111".encode("cp1252"), "María"),
        (b"sep=;\r\nName;Phone\r\nDana;0501111111", "Dana"),
        (b"Our wedding\n\n2026\nName|Phone\nDana|0501111111", "Dana"),
    ],
)
def test_encodings_signs_and_titles_do_not_matter(data: bytes, name: str) -> None:
    [raw] = read_guest_file(data).rows
    assert read_entry(raw, region="IL").first == name


@pytest.mark.attack(50)
def test_each_line_that_is_unreadable_is_named_with_its_reason() -> None:
    text = (
        "Name,Phone,Email,RSVP,Seats\n"
        "Dana,0501111111\n"
        "Omer,12,,,\n"
        ",0501111112,,,\n"
        "Noa,5.01E+08,,,\n"
        "Gil,,gil@@x,,\n"
        "Tal,,,sometimes,\n"
        "Roi,,,,many\n"
        "Lia,,,,,,extra\n"
        f"{'A' * 65},,,,\n"
        "Ben,,,,40\n"
    )
    assert [(one.line, one.problem) for one in read(text)] == [
        (2, None),
        (3, "phone_unreadable"),
        (4, "guest_nameless"),
        (5, "phone_rounded"),
        (6, "email_unreadable"),
        (7, "status_unreadable"),
        (8, "count_unreadable"),
        (9, "row_ragged"),
        (10, "cell_too_long"),
        (11, "party_too_many"),
    ]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Dana Levi 050-1111111", {"first": "Dana", "last": "Levi", "phone": "+972501111111"}),
        ("Dana <dana@x.org> +2", {"first": "Dana", "email": "dana@x.org", "plus_ones": 2}),
        ("Dana, 0501111111, 3, yes", {"phone": "+972501111111", "plus_ones": 2}),
        ("Dana; 0501111111; school; maybe", {"status": "maybe", "notes": "school"}),
        ("Dana +972 50-111-1111", {"phone": "+972501111111"}),
    ],
)
def test_a_pasted_line_is_what_it_looks_like(line: str, found: dict[str, object]) -> None:
    one = told_first(line)
    assert {**one, **found} == one


@pytest.mark.attack(54)
@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("501111111", "+972501111111"),
        ("501111111.0", "+972501111111"),
        ("00972501111111", "+972501111111"),
        ("٠٥٠-١١١١١١١", "+972501111111"),  # noqa: RUF001
        ("\u202a+972-50-111-1111\u202c", "+972501111111"),
        ("050-1111111 / 052-2222222", "+972501111111"),
        ("+521 55 1234 5678", "+525512345678"),
    ],
)
def test_numbers_are_one_whatever_a_spreadsheet_made_of_them(written: str, key: str) -> None:
    assert told_first(f"Name;Phone\nDana;{written}\n")["phone"] == key


def test_companions_may_be_named() -> None:
    found = told_first("Name,Plus One,Kids\nDana,Omer Cohen & Noa,Tom; Lia\n")
    assert found["plus_one_names"] == ("Omer Cohen", "Noa")
    assert (found["plus_ones"], found["children"], found["notes"]) == (2, 2, "Tom; Lia")


def test_an_empty_list_and_one_that_is_too_long_are_refused() -> None:
    for text, code in (
        ("", "list_empty"),
        ("Name,Phone\n", "list_empty"),
        ("Dana\n" * (MOST_GUESTS + 2), "list_too_long"),
    ):
        with pytest.raises(Invalid) as refusal:
            read_guest_text(text)
        assert refusal.value.code == code


@pytest.mark.attack(52)
def test_a_giant_text_or_cell_is_refused() -> None:
    with pytest.raises(Invalid) as refusal:
        read_guest_file(b"a" * (MOST_TEXT_BYTES + 1))
    assert refusal.value.code == "file_too_large"
    with pytest.raises(Invalid) as refusal:
        read_guest_file(b"Name,Phone\n" + b"a" * 1_000_000 + b",1\n")
    assert refusal.value.code == "file_cell_too_long"
