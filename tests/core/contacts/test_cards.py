"""vCards as phones, programs and chats write them."""

from __future__ import annotations

import tracemalloc

import pytest

from core.contacts.entries import Entry, read_entry
from core.contacts.guest_files import read_guest_file

OLD = (
    b"BEGIN:VCARD\r\nVERSION:2.1\r\n"
    b"N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D7=9C=D7=95=D7=99;=D7=93=D7=\r\n=A0=D7=94;;;\r\n"
    b"TEL;HOME:03-1111111\r\nTEL;CELL;PREF:050-1111111\r\nEND:VCARD\r\n"
)
APPLE = (
    "BEGIN:VCARD\nVERSION:3.0\nN:Levi;Dana;;;\nFN:Dana Levi\nORG:School;\n"
    "EMAIL;type=INTERNET;type=HOME:dana@example.org\n"
    "item1.TEL;waid=972501111111:+972 50-111-1111\nitem1.X-ABLabel:Mobile\n"
    "NOTE:likes\\, among others\\; olives\\nand\n  bread\nEND:VCARD\n"
)
NEW = (
    "BEGIN:VCARD\nVERSION:4.0\nFN:Dana & Omer\n"
    'TEL;VALUE=uri;TYPE="cell,voice":tel:+972-50-111-1111\nCATEGORIES:bride,school\nEND:VCARD\n'
)


def read(data: bytes | str) -> list[Entry]:
    found = read_guest_file(data.encode() if isinstance(data, str) else data)
    return [read_entry(raw, region="IL") for raw in found.rows]


@pytest.mark.attack(53)
def test_quoted_printable_of_version_2_is_read_over_its_soft_breaks() -> None:
    [entry] = read(OLD)
    assert (entry.first, entry.last) == ("דנה", "לוי")
    assert entry.phone is not None
    assert (entry.phone.key, entry.notes) == ("+972501111111", "03-1111111")


def test_version_3_with_groups_folds_and_escapes_prefers_the_number_of_whatsapp() -> None:
    [entry] = read(APPLE)
    assert (entry.first, entry.last, entry.email) == ("Dana", "Levi", "dana@example.org")
    assert entry.phone is not None
    assert entry.phone.key == "+972501111111"
    assert entry.notes == "likes, among others; olives and bread"
    assert read_guest_file(APPLE.encode()).unknown == ("ORG",)


def test_version_4_has_uris_for_numbers_and_couples_keep_their_name() -> None:
    [entry] = read(NEW)
    assert (entry.first, entry.last, entry.side) == ("Dana & Omer", None, "bride")
    assert entry.phone is not None
    assert (entry.phone.key, entry.notes) == ("+972501111111", "school")


@pytest.mark.attack(53)
def test_cards_without_an_end_or_in_small_letters_keep_the_others_whole() -> None:
    text = "begin:vcard\nfn:Dana\nBEGIN:VCARD\nFN:Omer\nnonsense\nEND:VCARD\nFN:Nobody\n"
    assert [(one.line, one.first) for one in read(text)] == [(1, "Dana"), (3, "Omer")]


@pytest.mark.attack(53)
def test_a_picture_of_many_megabytes_costs_no_memory_and_no_guest() -> None:
    picture = (
        b"PHOTO;ENCODING=b:" + b"QUJD" * 20 + b"\r\n" + (b" " + b"QUJD" * 18 + b"\r\n") * 200_000
    )
    data = b"BEGIN:VCARD\r\n" + picture + b"FN:Dana\r\nEND:VCARD\r\n"
    tracemalloc.start()
    try:
        [entry] = read(data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert entry.first == "Dana"
    assert peak < 2_000_000


def test_a_card_that_lists_others_and_one_without_a_name_are_named_as_problems() -> None:
    text = (
        "BEGIN:VCARD\nKIND:group\nFN:Friends\nEND:VCARD\nBEGIN:VCARD\nTEL:0501111111\nEND:VCARD\n"
    )
    assert [one.problem for one in read(text)] == ["card_is_a_list", "guest_nameless"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1255"])
def test_cards_come_in_any_encoding(encoding: str) -> None:
    [entry] = read("BEGIN:VCARD\r\nFN:דנה לוי\r\nEND:VCARD\r\n".encode(encoding))
    assert (entry.first, entry.last) == ("דנה", "לוי")
