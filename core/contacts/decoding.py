"""The text of a file that somebody sent, whatever program wrote it."""

from __future__ import annotations

import codecs
import re

from core.errors import Invalid

MOST_BYTES = 1024 * 1024
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What is no text at all: zip (spreadsheets), PDF, old spreadsheets, PNG, JPEG.
BINARY = (b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff")
# In windows-1255 and ISO 8859-8 the Hebrew letters are these bytes; in windows-1252 they are
# letters with accents, which stand beside plain ones.
HEBREW_WORD = re.compile(rb"(?<![A-Za-z\x80-\xff])[\xe0-\xfa]{2,}(?![A-Za-z\xfb-\xff])")
ACCENTED_WORD = re.compile(rb"[A-Za-z]+[\xc0-\xff]|[\xc0-\xff][A-Za-z]+")


def decode(data: bytes, *, most: int = MOST_BYTES) -> str:
    """By its mark, else as UTF-8, else as Windows wrote it: in Hebrew or in western Europe.

    Raises Invalid for what is larger than `most` bytes or no text.
    """
    if len(data) > most:
        raise Invalid("file_too_large", most=most // 1024)
    if data.startswith(BINARY):
        raise Invalid("file_no_text")
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    if b"\x00" in data:
        return _unmarked_utf16(data)
    return decode_bytes(data)


def decode_bytes(data: bytes) -> str:
    """UTF-8, or what Windows writes where the letters are Hebrew, or else western."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        hebrew = len(HEBREW_WORD.findall(data)) > len(ACCENTED_WORD.findall(data))
        return data.decode("cp1255" if hebrew else "cp1252", "replace")


def _unmarked_utf16(data: bytes) -> str:
    """Excel's "Unicode text" without its mark: each other byte of plain letters is nought."""
    evens, odds = data[::2].count(0), data[1::2].count(0)
    if min(evens, odds) * 10 > max(evens, odds):
        raise Invalid("file_no_text")
    return data.decode("utf-16-be" if evens > odds else "utf-16-le", "replace")
