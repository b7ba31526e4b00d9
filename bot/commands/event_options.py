"""The options of /event, as people type them, turned into what an EventPlan holds."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.arguments import SPAN, UNITS, Arguments
from bot.texts import Verbatim
from core.access import Role
from core.errors import CoreError, Invalid
from core.events.plans import EventPlan
from core.when import read_when, to_utc
from core.zones import get_zone

OPTIONS = frozenset(
    {
        "at",
        "end",
        "until",
        "place",
        "map",
        "note",
        "seats",
        "plus",
        "sides",
        "names",
        "offer",
        "zone",
        "region",
        "broadcast",
        "every",
        "times",
        "all",
        "name",
    }
)
NOTHING = frozenset({"none", "-", "no"})
YES = frozenset({"yes", "on", "true"})
MOST_DIGITS = 6


def read_changes(arguments: Arguments, before: EventPlan, *, now: datetime) -> dict[str, object]:
    """What the options say, by the names of EventPlan. Raises Invalid."""
    changes: dict[str, object] = {}
    zone = arguments.option("zone")
    if zone is not None:
        changes["timezone"] = get_zone(zone)
    _read_texts(arguments, changes)
    _read_numbers(arguments, changes)
    _read_times(arguments, before, changes, now)
    return changes


def is_yes(value: str) -> bool:
    return value.casefold() in YES


def _read_texts(arguments: Arguments, changes: dict[str, object]) -> None:
    for option, name in (("place", "place"), ("map", "map_link"), ("note", "note")):
        if (value := arguments.option(option)) is not None:
            changes[name] = None if value.casefold() in NOTHING else value
    if (sides := arguments.option("sides")) is not None:
        labels = [] if sides.casefold() in NOTHING else re.split(r"[,;/]", sides)
        changes["sides"] = tuple(label.strip() for label in labels if label.strip())
    if (names := arguments.option("names")) is not None:
        changes["list_visible"] = is_yes(names)
    if (region := arguments.option("region")) is not None:
        changes["region"] = _region(region)
    if (role := arguments.option("broadcast")) is not None:
        changes["broadcast_role"] = _role(role)


def _read_numbers(arguments: Arguments, changes: dict[str, object]) -> None:
    for option, name in (("seats", "capacity"), ("plus", "plus_ones")):
        value = arguments.option(option)
        if value is not None and value.casefold() in NOTHING:
            changes[name] = None if name == "capacity" else 0
        elif value is not None:
            changes[name] = min(arguments.number(option) or 0, 10**MOST_DIGITS * 10)
    offer = arguments.span("offer", timedelta())
    if offer is None:
        raise Invalid("not_a_span", value="never")
    if offer:
        changes["offer_hours"] = round(offer / timedelta(hours=1))


def _read_times(
    arguments: Arguments, before: EventPlan, changes: dict[str, object], now: datetime
) -> None:
    zone = str(changes.get("timezone", before.timezone))
    starts = before.starts_at
    if (at := arguments.option("at")) is not None:
        starts = read_when(at, zone=zone, now=now)
        changes["starts_at"] = starts
    elif zone != before.timezone and starts is not None:
        starts = _same_wall(starts, before.timezone, zone)
        changes["starts_at"] = starts
    _take_along(before, changes, starts)
    if (end := arguments.option("end")) is not None:
        changes["ends_at"] = _end(end, zone, starts)
    if (until := arguments.option("until")) is not None:
        changes["deadline"] = _deadline(until, zone, starts, now)


def _take_along(before: EventPlan, changes: dict[str, object], starts: datetime | None) -> None:
    """Its end and deadline move with the beginning."""
    if "starts_at" not in changes or before.starts_at is None or starts is None:
        return
    for field in fields(EventPlan):
        moment = getattr(before, field.name)
        if field.name in ("ends_at", "deadline") and moment is not None:
            changes[field.name] = starts + (moment - before.starts_at)


def _same_wall(moment: datetime, old: str, new: str) -> datetime:
    return to_utc(moment.astimezone(ZoneInfo(old)).replace(tzinfo=None), new)


def _end(text: str, zone: str, starts: datetime | None) -> datetime | None:
    """A length of time, or an hour after the beginning."""
    if text.casefold() in NOTHING:
        return None
    if starts is None:
        raise Invalid("event_without_start")
    span = _span(text)
    return starts + span if span else read_when(text, zone=zone, now=starts)


def _deadline(text: str, zone: str, starts: datetime | None, now: datetime) -> datetime | None:
    """So long before the beginning, or a date."""
    if text.casefold() in NOTHING:
        return None
    span = _span(text)
    if span is None:
        return read_when(text, zone=zone, now=now)
    if starts is None:
        raise Invalid("event_without_start")
    deadline = (starts - span).astimezone(UTC)
    if deadline <= now:
        raise Invalid("when_over", when=f"until={text}")
    return deadline


def _span(text: str) -> timedelta | None:
    found = SPAN.fullmatch(text.casefold())
    return int(found[1]) * UNITS[found[2]] if found else None


def _region(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2}", text):
        raise Invalid("region_unreadable", region=text)
    return text.upper()


def _role(text: str) -> Role:
    try:
        return Role(text.casefold())
    except ValueError:
        known: CoreError = Invalid("no_such_role", role=text, known=Verbatim(", ".join(Role)))
        raise known from None
