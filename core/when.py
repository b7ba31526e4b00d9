"""Dates and times as people write them, on the wall clock of a time zone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.errors import Invalid
from core.names import clean_text

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
CLOCK = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm)?")
ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
POINTS = re.compile(r"(\d{1,2})\.(\d{1,2})(?:\.(\d{4})?)?")
SLASHES = re.compile(r"\d{1,2}/\d{1,2}(?:/\d{2,4})?")
NUMBER = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?|(\d{4})")
FILLERS = frozenset({"at", "on", "the", "of", "next", "this"})
FURTHEST = timedelta(days=5 * 366)
WEEK = 7


@dataclass(frozen=True, slots=True)
class _Day:
    """`again`: when this is over by now, the same is meant of the next week or year."""

    date: date
    again: timedelta | None = None
    yearly: bool = False


def read_when(text: str, *, zone: str, now: datetime) -> datetime:
    """The moment in UTC that `text` means in `zone`: `sat 19:00`, `5 dec 6:30pm`, `tomorrow 20:00`,
    `5.12.2026 18:30`, `2026-12-05 18:30`. Without a year or date the next such time is meant.

    Of an hour that a clock change repeats the first is meant. Raises Invalid for what can't be
    read, is over, or does not exist since the clocks go forward.
    """
    words = _words(text)
    here = now.astimezone(ZoneInfo(zone))
    clock = _take_clock(words)
    day = _take_day(words, here.date())
    if day is None or words:
        raise Invalid("when_unreadable", when=text)
    if clock is None:
        raise Invalid("when_without_hour", when=text)
    for wall in _readings(day, clock):
        moment = to_utc(wall, zone)
        if moment > now:
            if moment - now > FURTHEST:
                raise Invalid("when_too_far", when=text)
            return moment
    raise Invalid("when_over", when=text)


def to_utc(wall: datetime, zone: str) -> datetime:
    """A wall clock's time as a moment. Raises Invalid for one that the clocks skip."""
    moment = wall.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)
    shown = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    if shown != wall:
        raise Invalid("when_skipped", hour=f"{wall:%H:%M}", zone=zone, instead=f"{shown:%H:%M}")
    return moment


def _words(text: str) -> list[str]:
    lowered = clean_text(text).casefold().replace(",", " ")
    lowered = re.sub(r"(?<=\d)t(?=\d)", " ", lowered)
    lowered = re.sub(r"(?<=\d)\s+(?=(?:am|pm)\b)", "", lowered)
    return [word for word in lowered.split() if word not in FILLERS]


def _take_clock(words: list[str]) -> time | None:
    """The hour, taken out of the words: what has a colon or am and pm before a bare number."""
    if words[-1:] in (["noon"], ["midday"]):
        words.pop()
        return time(12)
    for word in reversed(words):
        found = CLOCK.fullmatch(word)
        if found and (found[2] or found[3]):
            words.remove(word)
            return _clock(found, word)
    return None


def _clock(found: re.Match[str], word: str) -> time:
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if (half and not 1 <= hour <= 12) or hour > 23 or minute > 59:
        raise Invalid("when_unreadable", when=word)
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute)


def _take_day(words: list[str], today: date) -> _Day | None:
    if not words:
        return _Day(today, again=timedelta(days=1))
    if any(SLASHES.fullmatch(word) for word in words):
        raise Invalid("when_ambiguous", when=" ".join(words))
    if words[0] in ("today", "tonight"):
        del words[0]
        return _Day(today)
    if words[0] == "tomorrow":
        del words[0]
        return _Day(today + timedelta(days=1))
    weekday = _take_weekday(words)
    if weekday is not None and not words:
        ahead = (weekday - today.weekday()) % WEEK
        return _Day(today + timedelta(days=ahead), again=timedelta(days=WEEK))
    day = _take_date(words, today)
    if day is not None and weekday is not None and day.date.weekday() != weekday:
        raise Invalid("when_other_weekday", when=WEEKDAYS[day.date.weekday()].capitalize())
    return day


def _take_weekday(words: list[str]) -> int | None:
    for word in words:
        name = word[:3]
        if name in WEEKDAYS and re.fullmatch(r"(day|sday|nesday|rsday|urday|s|rs|r)?\.?", word[3:]):
            words.remove(word)
            return WEEKDAYS.index(name)
    return None


def _take_date(words: list[str], today: date) -> _Day | None:
    joined = " ".join(words)
    if (found := ISO.fullmatch(joined)) is not None:
        words.clear()
        return _Day(_date(int(found[1]), int(found[2]), int(found[3]), joined))
    if (found := POINTS.fullmatch(joined)) is not None:
        words.clear()
        return _dated(
            int(found[3]) if found[3] else None, int(found[2]), int(found[1]), today, joined
        )
    month = _take_month(words)
    if month is None:
        return None
    numbers = [found for found in map(NUMBER.fullmatch, words) if found]
    days = [int(found[1]) for found in numbers if found[1]]
    years = [int(found[2]) for found in numbers if found[2]]
    if len(numbers) != len(words) or len(days) != 1 or len(years) > 1:
        return None
    words.clear()
    return _dated(years[0] if years else None, month, days[0], today, joined)


def _take_month(words: list[str]) -> int | None:
    for word in words:
        if word[:3] in MONTHS and word.isalpha():
            words.remove(word)
            return MONTHS.index(word[:3]) + 1
    return None


def _dated(year: int | None, month: int, day: int, today: date, text: str) -> _Day:
    if year is not None:
        return _Day(_date(year, month, day, text))
    return _Day(_date(today.year, month, day, text, leap=True), yearly=True)


def _date(year: int, month: int, day: int, text: str, *, leap: bool = False) -> date:
    for ahead in range(8 if leap and (month, day) == (2, 29) else 1):
        try:
            return date(year + ahead, month, day)
        except ValueError:
            continue
    raise Invalid("when_unreadable", when=text)


def _readings(day: _Day, clock: time) -> Iterator[datetime]:
    """What may be meant, the nearest first."""
    first = datetime.combine(day.date, clock)
    yield first
    if day.again is not None:
        yield first + day.again
    if day.yearly and (day.date.month, day.date.day) != (2, 29):
        yield first.replace(year=first.year + 1)
