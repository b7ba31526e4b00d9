"""The Bot API's HTML mode: the same tags, the same errors, the same offsets.

Rules and wording follow TDLib's parser, which the Bot API server uses: an error's byte offset
counts UTF-8 bytes of the text as it was sent, an entity's offset UTF-16 units of the result.
"""

from dataclasses import dataclass, field

from bot.sandbox.telegram.entity_details import TYPES, Entity, details_of
from bot.sandbox.telegram.html_source import SPACE, Source, read_attributes, wrong
from bot.sandbox.telegram.units import utf16_length

BROKEN_SURROGATES = (
    "Text contains invalid Unicode characters after decoding HTML entities, "
    "check for unmatched surrogate code units"
)


@dataclass
class _Open:
    tag: str
    attributes: dict[str, str]
    offset: int
    first_piece: int


@dataclass
class _Parser:
    source: Source
    out: list[str] = field(default_factory=list)
    length: int = 0
    stack: list[_Open] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)

    def run(self) -> None:
        while not self.source.ended:
            if self.source.byte() == ord("<"):
                self._tag()
            else:
                self._text()
        if self.stack:
            tag = self.stack[-1].tag
            raise wrong(f'Can\'t find end tag corresponding to start tag "{tag}"')

    def _text(self) -> None:
        piece = self.source.reference()
        if piece is None:
            start = self.source.at
            self.source.at += 1
            self.source.take_until(b"<&")
            piece = self.source.data[start : self.source.at].decode("utf-8", "surrogatepass")
        self.out.append(piece)
        self.length += utf16_length(piece)

    def _tag(self) -> None:
        at = self.source.at
        if self.source.data[at + 1 : at + 2] == b"/":
            self._end_tag(at)
        else:
            self._start_tag(at)

    def _start_tag(self, begin: int) -> None:
        self.source.at += 1
        name = self.source.take_until(SPACE + b">").lower()
        self.source.expect_more(f"Unclosed start tag at byte offset {begin}")
        if name not in TYPES:
            raise wrong(f'Unsupported start tag "{name}" at byte offset {begin}')
        attributes = read_attributes(self.source, name, begin)
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise wrong(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
        self.source.at += 1
        self.stack.append(_Open(name, attributes, self.length, len(self.out)))

    def _end_tag(self, begin: int) -> None:
        if not self.stack:
            raise wrong(f"Unexpected end tag at byte offset {begin}")
        self.source.at += 2
        name = self.source.take_until(SPACE + b">")
        self.source.skip_space()
        if self.source.byte() != ord(">"):
            raise wrong(f"Unclosed end tag at byte offset {begin}")
        self.source.at += 1
        opened = self.stack.pop()
        if name and name != opened.tag:
            expected = f'expected "</{opened.tag}>", found "</{name}>"'
            raise wrong(f"Unmatched end tag at byte offset {begin}, {expected}")
        if self.length > opened.offset:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        inner = "".join(self.out[opened.first_piece :])
        details = details_of(opened.tag, opened.attributes, inner)
        if details is None:
            return
        length = self.length - opened.offset
        entity = {"type": TYPES[opened.tag], "offset": opened.offset, "length": length} | details
        if not self._joins_code(entity) and entity not in self.entities:
            self.entities.append(entity)

    def _joins_code(self, entity: Entity) -> bool:
        """`<pre><code class="language-x">` is one `pre` entity with a language."""
        last = self.entities[-1] if self.entities else entity
        same = all(last[name] == entity[name] for name in ("offset", "length"))
        language = last.get("language") or entity.get("language")
        if not (same and {last["type"], entity["type"]} == {"pre", "code"} and language):
            return False
        self.entities[-1] = entity | {"type": "pre", "language": language}
        return True


def _tidy(entity: Entity) -> Entity:
    """A language belongs to `pre` alone."""
    if entity["type"] == "code":
        entity.pop("language", None)
    return entity


def parse_html(text: str) -> tuple[str, list[Entity]]:
    """The plain text and its entities; `ApiError` 400 with Telegram's own words."""
    parser = _Parser(Source(text.encode("utf-8", "surrogatepass")))
    parser.run()
    plain = "".join(parser.out)
    if any(0xD800 <= ord(character) < 0xE000 for character in plain):
        raise wrong(BROKEN_SURROGATES)
    ordered = sorted(parser.entities, key=lambda one: (one["offset"], -one["length"]))
    return plain, [_tidy(entity) for entity in ordered]
