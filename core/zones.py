"""Time zones of the IANA database: found as people write them, and near names for a slip."""

from __future__ import annotations

import difflib
from functools import cache
from zoneinfo import available_timezones

from core.errors import Invalid

COMMON = (
    "Europe/London",
    "Europe/Berlin",
    "Asia/Jerusalem",
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "Asia/Kolkata",
    "UTC",
)
SUGGESTIONS = 4
LONGEST_NAME = 64


def find_zone(text: str) -> str | None:
    """The zone of that name, or of that city when there is one such; None for anything else."""
    wanted = _folded(text)
    if len(wanted) > LONGEST_NAME:
        return None
    return _by_name().get(wanted) or _by_city().get(wanted)


def near_zones(text: str) -> list[str]:
    """Zones whose name or city is spelled much like `text`, the nearest first."""
    wanted = _folded(text)[:LONGEST_NAME]
    known = _by_city() | _by_name()
    close = difflib.get_close_matches(wanted, known, n=2 * SUGGESTIONS, cutoff=0.7)
    inside = [name for name in known if len(wanted) > 3 and wanted in name]
    return list(dict.fromkeys(known[name] for name in [*close, *sorted(inside)]))[:SUGGESTIONS]


def get_zone(text: str) -> str:
    """Raises Invalid."""
    zone = find_zone(text)
    if zone is None:
        raise Invalid("no_such_zone", zone=text)
    return zone


def _folded(text: str) -> str:
    return text.strip().casefold().replace(" ", "_")


@cache
def _by_name() -> dict[str, str]:
    return {_folded(zone): zone for zone in sorted(_zones())}


@cache
def _by_city() -> dict[str, str]:
    """Of cities with the same name the first in the alphabet of their continents counts."""
    cities: dict[str, str] = {}
    for zone in sorted(_zones()):
        cities.setdefault(_folded(zone.rpartition("/")[2]), zone)
    return cities


def _zones() -> set[str]:
    return {zone for zone in available_timezones() if zone not in ("localtime", "Factory")}
