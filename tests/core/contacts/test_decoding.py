"""Files of whatever program, as text."""

from __future__ import annotations

import codecs

import pytest

from core.contacts.decoding import MOST_BYTES, decode
from core.errors import Invalid

HEBREW, SPANISH = "דנה לוי,050-1234567\nשרה,052", "José Núñez,5512345678\nÁngel,55"


@pytest.mark.attack(50)
@pytest.mark.parametrize(
    ("data", "text"),
    [
        (HEBREW.encode(), HEBREW),
        (codecs.BOM_UTF8 + HEBREW.encode(), HEBREW),
        (HEBREW.encode("utf-16"), HEBREW),
        (codecs.BOM_UTF16_BE + HEBREW.encode("utf-16-be"), HEBREW),
        ("Dana\t12".encode("utf-16-le"), "Dana\t12"),
        ("Dana\t12".encode("utf-16-be"), "Dana\t12"),
        (HEBREW.encode("cp1255"), HEBREW),
        (HEBREW.encode("iso8859-8"), HEBREW),
        (SPANISH.encode("cp1252"), SPANISH),
        (b"", ""),
    ],
)
def test_a_file_is_read_whatever_wrote_it(data: bytes, text: str) -> None:
    assert decode(data) == text


@pytest.mark.attack(50)
def test_bytes_that_no_encoding_has_do_no_harm() -> None:
    assert decode(b"caf\xe9 \x81\x8d").startswith("café ")


@pytest.mark.attack(52)
@pytest.mark.parametrize("data", [b"PK\x03\x04" + b"x" * 9, b"%PDF-1.7", b"\x00\x01\x02" * 99])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid, match="file_no_text"):
        decode(data)


@pytest.mark.attack(52)
def test_a_file_has_a_largest_size() -> None:
    decode(b"x" * MOST_BYTES)
    with pytest.raises(Invalid, match="file_too_large"):
        decode(b"x" * (MOST_BYTES + 1))
