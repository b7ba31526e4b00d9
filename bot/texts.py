"""Text: a sentence to be said, rendered only when its reader and its medium are known."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from babel.units import format_unit

from bot.catalogues import catalogue
from core.names import clean_text, cut

FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"
TAG = re.compile(r"</?[a-z]+>")
FIELD_LIMIT = 256  # UTF-16 units; no name, note or title that is kept is longer
SPANS = {"duration-day": 86_400, "duration-hour": 3_600, "duration-minute": 60}


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Something to be copied or tapped exactly as it is: a link, an id, a command."""

    text: str


@dataclass(frozen=True, slots=True)
class LocalTime:
    """A moment told in a zone of its own, whoever reads it: an event's."""

    moment: datetime
    zone: str


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence of the catalogue with its fields.

    `msgid` may hold <b>, <i> and <code>. The fields may hold anything: they are cleaned, escaped
    and isolated, so that a name can neither mark up nor turn round the sentence it stands in.
    """

    msgid: str
    fields: Mapping[str, Value]
    plural: str | None = None
    count: int = 1


@dataclass(frozen=True, slots=True)
class Lines:
    """Sentences one below the other; an empty one is a blank line."""

    parts: tuple[Prose, ...]


Prose = Text | Lines
Value = str | int | datetime | timedelta | LocalTime | Verbatim | Text | Lines

BLANK = Lines(())


def say(msgid: str, **fields: Value) -> Text:
    """A sentence. The catalogue's extraction looks for this name."""
    return Text(msgid, fields)


def say_many(singular: str, plural: str, count: int, **fields: Value) -> Text:
    """A sentence about `count` things; `{count}` is among its fields."""
    return Text(singular, {"count": count, **fields}, plural, count)


def lines(*parts: Prose | None) -> Lines:
    """The parts one below the other, without those that are None."""
    return Lines(tuple(part for part in parts if part is not None))


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: in which language, and in which IANA zone times are told."""

    locale: str
    timezone: str

    def html(self, prose: Prose) -> str:
        """As HTML of the kind that Telegram reads."""
        return self._render(prose, marked_up=True)

    def plain(self, prose: Prose) -> str:
        """As text without markup."""
        return self._render(prose, marked_up=False)

    def _render(self, prose: Prose, *, marked_up: bool) -> str:
        if isinstance(prose, Lines):
            return "\n".join(self._render(part, marked_up=marked_up) for part in prose.parts)
        sentence = self._translate(prose)
        if not marked_up:
            sentence = without_markup(sentence)
        return sentence.format_map(
            {name: self._value(value, marked_up=marked_up) for name, value in prose.fields.items()}
        )

    def _translate(self, text: Text) -> str:
        words = catalogue(self.locale)
        if text.plural is None:
            return words.gettext(text.msgid)
        return words.ngettext(text.msgid, text.plural, text.count)

    def _value(self, value: Value, *, marked_up: bool) -> str:
        match value:
            case Text() | Lines():
                return self._render(value, marked_up=marked_up)
            case datetime():
                return self._time(value)
            case LocalTime(moment, zone):
                return self._local(moment, zone)
            case timedelta():
                return self._span(value)
            case Verbatim(text):
                return html.escape(text) if marked_up else text
            case int():
                return str(value)
            case str():
                name = f"{FIRST_STRONG_ISOLATE}{_presentable(value)}{POP_ISOLATE}"
                return html.escape(name) if marked_up else name

    def _time(self, moment: datetime) -> str:
        zone = ZoneInfo(self.timezone)
        told = format_datetime(moment, "d MMM y, HH:mm", tzinfo=zone, locale=self.locale)
        return f"{told} {self.timezone}"

    def _local(self, moment: datetime, zone: str) -> str:
        told = format_datetime(
            moment, "EEE d MMM y, HH:mm", tzinfo=ZoneInfo(zone), locale=self.locale
        )
        return f"{told} {zone}"

    def _span(self, span: timedelta) -> str:
        """In the largest unit that tells it exactly: ninety days are not three months."""
        seconds = round(span.total_seconds())
        for unit, length in SPANS.items():
            if seconds and seconds % length == 0:
                return format_unit(seconds // length, unit, locale=self.locale)
        return format_unit(seconds, "duration-second", locale=self.locale)


def _presentable(text: str) -> str:
    """A refusal quotes what somebody typed, and that may be a screenful of anything."""
    cleaned = clean_text(text)
    kept = cut(cleaned, FIELD_LIMIT)
    return kept if kept == cleaned else f"{kept}…"


def without_markup(markup: str) -> str:
    """What a reader sees of HTML that a Reader rendered."""
    return html.unescape(TAG.sub("", markup))
