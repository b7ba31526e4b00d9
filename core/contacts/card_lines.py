"""The lines of a vCard: unfolded, decoded, and taken apart into name, parameters and value."""

from __future__ import annotations

import codecs
import io
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.contacts.decoding import MARKS, decode_bytes

# Of one property this much is kept, in bytes: pictures may have megabytes.
PROPERTY_LIMIT = 8 * 1024
# RFC 6350, 3.3: a colon between quotes belongs to a parameter.
PROPERTY = re.compile(rb'((?:[^":]|"[^"]*")+):(.*)', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Property:
    name: str
    parameters: tuple[str, ...]
    value: bytes

    def parameter(self, name: str) -> str | None:
        start = f"{name}="
        found = (one for one in self.parameters if one.startswith(start))
        return next((one.removeprefix(start).strip('"') for one in found), None)

    @property
    def words(self) -> str:
        """TYPE=CELL of 3.0 and a mere CELL of 2.1 alike."""
        return " ".join(self.parameters).replace("=", " ").replace(",", " ").replace('"', " ")

    def text(self) -> str:
        encoded = self.value
        if "QUOTED-PRINTABLE" in self.words:
            encoded = quopri.decodestring(encoded)
        charset = self.parameter("CHARSET")
        try:
            return encoded.decode(charset) if charset else decode_bytes(encoded)
        except (LookupError, UnicodeDecodeError):
            return decode_bytes(encoded)

    def parts(self) -> list[str]:
        return [unescape(part) for part in re.split(r"(?<!\\);", self.text())]


def properties_of(data: bytes) -> Iterator[tuple[int, Property]]:
    """Each property with the line where it begins, from 1."""
    for line, content in _unfold(data):
        if match := PROPERTY.fullmatch(content):
            yield line, _property(match[1], match[2])


def unescape(text: str) -> str:
    """RFC 6350, 3.4."""
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], text)


def _property(head: bytes, value: bytes) -> Property:
    name, *parameters = head.decode("latin-1").upper().split(";")
    return Property(name.rpartition(".")[2].strip(), tuple(p.strip() for p in parameters), value)


def _unfold(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Each property with the line where it begins; of a long one only its beginning."""
    begins, kept, soft = 1, b"", False
    for number, raw in enumerate(io.BytesIO(data), 1):
        line = raw.rstrip(b"\r\n")
        if soft or (line[:1] in (b" ", b"\t") and kept):
            line = line if soft else line[1:]
            if len(kept) < PROPERTY_LIMIT:
                kept = (kept[:-1] if soft else kept) + line[:PROPERTY_LIMIT]
        else:
            if kept:
                yield begins, kept
            begins, kept = number, line[:PROPERTY_LIMIT]
        # Quoted-printable, RFC 2045, 6.7: a line that ends in = goes on.
        soft = line.endswith(b"=") and b"QUOTED-PRINTABLE" in kept.partition(b":")[0].upper()
    if kept:
        yield begins, kept


def plain(data: bytes) -> bytes:
    """Without a mark, and never in UTF-16, in which a line can't be told from a letter."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            if mark == codecs.BOM_UTF8:
                return data[len(mark) :]
            return data[len(mark) :].decode(encoding, "replace").encode()
    return data
