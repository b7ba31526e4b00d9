"""The cursor that walks over HTML as Telegram reads it: bytes, references, attributes."""

from dataclasses import dataclass

from bot.sandbox.telegram.errors import ApiError, bad_request

SPACE = b" \t\r\n\0\v"
_NAMED = {b"lt": "<", b"gt": ">", b"amp": "&", b"quot": '"'}
_DECIMAL, _HEXADECIMAL = b"0123456789", b"0123456789abcdefABCDEF"
# A longer numeric reference is left as text (TDLib, decode_html_entity).
_LONGEST_NUMBER = 10


def wrong(reason: str) -> ApiError:
    """The refusal of a text that can't be parsed."""
    return bad_request(f"can't parse entities: {reason}")


@dataclass
class Source:
    """UTF-8 bytes and a place in them; errors are given as byte offsets."""

    data: bytes
    at: int = 0

    @property
    def ended(self) -> bool:
        return self.at >= len(self.data)

    def byte(self) -> int:
        """The byte under the cursor; 0 at the end, as in a C string."""
        return 0 if self.ended else self.data[self.at]

    def skip_space(self) -> None:
        """Move to the next byte that is no white space."""
        while self.byte() and self.byte() in SPACE:
            self.at += 1

    def take_until(self, stops: bytes) -> str:
        """What lies before the first of the stop bytes, or before the end."""
        start = self.at
        while not self.ended and self.byte() not in stops:
            self.at += 1
        return self.data[start : self.at].decode("utf-8", "replace")

    def expect_more(self, complaint: str) -> None:
        """400 with this complaint at the end of the text."""
        if self.ended:
            raise wrong(complaint)

    def reference(self) -> str | None:
        """The character that a `&…;` at the cursor stands for, which is then consumed."""
        if self.byte() != ord("&"):
            return None
        found = self._numeric() if self.data[self.at + 1 : self.at + 2] == b"#" else self._named()
        if found is None:
            return None
        text, end = found
        self.at = end + (self.data[end : end + 1] == b";")
        return text

    def _named(self) -> tuple[str, int] | None:
        end = self.at + 1
        while self.data[end : end + 1].isalpha():
            end += 1
        text = _NAMED.get(self.data[self.at + 1 : end])
        return None if text is None else (text, end)

    def _numeric(self) -> tuple[str, int] | None:
        start, base, digits = self.at + 2, 10, _DECIMAL
        if self.data[start : start + 1] == b"x":
            start, base, digits = start + 1, 16, _HEXADECIMAL
        end = start
        while end < len(self.data) and self.data[end] in digits:
            end += 1
        if end == start or end - self.at >= _LONGEST_NUMBER:
            return None
        code = int(self.data[start:end], base)
        return (chr(code), end) if 0 < code < 0x10FFFF else None


def read_attributes(source: Source, tag: str, begin: int) -> dict[str, str]:
    """A start tag's attributes; the cursor stops at its `>`."""
    found: dict[str, str] = {}
    unclosed = f'Unclosed start tag "{tag}" at byte offset {begin}'
    while source.byte() != ord(">"):
        source.skip_space()
        if source.byte() == ord(">"):
            break
        name = source.take_until(SPACE + b"=>/\"'")
        if not name:
            raise wrong(f'Empty attribute name in the tag "{tag}" at byte offset {begin}')
        source.skip_space()
        source.expect_more(unclosed)
        found[name] = ""
        if source.byte() == ord("="):
            source.at += 1
            source.skip_space()
            source.expect_more(unclosed)
            found[name] = _value(source)
            source.expect_more(f"Unclosed start tag at byte offset {begin}")
    return found


def _value(source: Source) -> str:
    quote = source.byte()
    if quote in b"'\"":
        return _quoted(source, quote)
    start = source.at
    while chr(source.byte()).isascii() and (chr(source.byte()).isalnum() or source.byte() in b".-"):
        source.at += 1
    if source.byte() not in SPACE + b">":
        raise wrong(f"Unexpected end of name token at byte offset {start}")
    return source.data[start : source.at].decode().lower()


def _quoted(source: Source, quote: int) -> str:
    source.at += 1
    value = bytearray()
    while not source.ended and source.byte() != quote:
        character = source.reference()
        if character is not None:
            value += character.encode("utf-8", "surrogatepass")
        else:
            value.append(source.byte())
            source.at += 1
    if not source.ended:
        source.at += 1
    return value.decode("utf-8", "replace")
