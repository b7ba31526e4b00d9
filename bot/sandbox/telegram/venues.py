"""Places on the map, as the Bot API tells them: a venue, and the location that it has."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.telegram.errors import bad_request


@dataclass(frozen=True)
class Venue:
    """Degrees; without a title it is a mere location."""

    latitude: float
    longitude: float
    title: str = ""
    address: str = ""


def read_venue(args: Mapping[str, Any]) -> Venue:
    """What sendVenue is given. Raises ApiError."""
    latitude, longitude = _degrees(args, "latitude", 90), _degrees(args, "longitude", 180)
    for name in ("title", "address"):
        if not args.get(name):
            raise bad_request(f"{name} must be non-empty")
    return Venue(latitude, longitude, str(args["title"]), str(args["address"]))


def venue_fields(venue: Venue) -> dict[str, Any]:
    """The fields of a Message."""
    location = {"latitude": venue.latitude, "longitude": venue.longitude}
    if not venue.title:
        return {"location": location}
    named = {"location": location, "title": venue.title, "address": venue.address}
    return {"venue": named, "location": location}


def shown_place(options: Mapping[str, Any]) -> dict[str, Any] | None:
    """The same for the page."""
    location = options.get("location")
    if location is None:
        return None
    venue = options.get("venue", {})
    return {"title": venue.get("title", ""), "address": venue.get("address", ""), **location}


def _degrees(args: Mapping[str, Any], name: str, most: int) -> float:
    try:
        found = float(str(args.get(name)))
    except ValueError:
        found = math.nan
    if not abs(found) <= most:
        raise bad_request(f"{name} is invalid")
    return found
