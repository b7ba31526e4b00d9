"""EventPlan: what an organiser says of an event, and whether it makes sense."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.access import Role
from core.errors import Invalid
from core.events import LINK_LIMIT, NOTE_LIMIT, PLACE_LIMIT
from core.guests import LABEL_LIMIT, MOST_COMPANIONS
from core.names import clean_name

MOST_SEATS = 1_000_000
MOST_SIDES = 10
OFFER_HOURS = 12
LONGEST_OFFER_HOURS = 7 * 24


@dataclass(frozen=True, slots=True)
class EventPlan:
    """Times are aware; `timezone` is an IANA name. The rest is as in Event."""

    timezone: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    place: str | None = None
    map_link: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    note: str | None = None
    region: str | None = None
    capacity: int | None = None
    deadline: datetime | None = None
    plus_ones: int = 0
    offer_hours: int = OFFER_HOURS
    list_visible: bool = True
    sides: tuple[str, ...] = ()
    broadcast_role: Role = Role.EDITOR

    def checked(self) -> dict[str, object]:
        """The columns of an Event. Raises Invalid for what cannot be."""
        self._check_times()
        _within("seats", self.capacity, 1, MOST_SEATS)
        _within("plus", self.plus_ones, 0, MOST_COMPANIONS)
        _within("offer", self.offer_hours, 1, LONGEST_OFFER_HOURS)
        return {
            "timezone": self.timezone,
            "starts_at": self.starts_at,
            "ends_at": self.ends_at,
            "place": _text(self.place, PLACE_LIMIT),
            "map_link": _link(self.map_link),
            "latitude": self.latitude,
            "longitude": self.longitude,
            "note": _text(self.note, NOTE_LIMIT),
            "region": self.region,
            "capacity": self.capacity,
            "deadline": self.deadline,
            "plus_ones": self.plus_ones,
            "offer_hours": self.offer_hours,
            "list_visible": self.list_visible,
            "sides": _labels(self.sides),
            "broadcast_role": self.broadcast_role,
        }

    def _check_times(self) -> None:
        if self.starts_at is None and (self.ends_at or self.deadline):
            raise Invalid("event_without_start")
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise Invalid("event_ends_too_early", starts=self.starts_at)
        if self.starts_at and self.deadline and self.deadline > self.starts_at:
            raise Invalid("deadline_too_late", starts=self.starts_at)


def _within(option: str, value: int | None, least: int, most: int) -> None:
    if value is not None and not least <= value <= most:
        raise Invalid("event_number", option=option, fewest=least, most=most)


def _text(text: str | None, limit: int) -> str | None:
    return clean_name(text, limit=limit) if text else None


def _link(link: str | None) -> str | None:
    if not link:
        return None
    cleaned = clean_name(link, limit=LINK_LIMIT)
    if not cleaned.startswith(("https://", "http://")) or " " in cleaned:
        raise Invalid("map_link_unreadable", link=link)
    return cleaned


def _labels(sides: tuple[str, ...]) -> list[str]:
    labels = list(dict.fromkeys(clean_name(side, limit=LABEL_LIMIT) for side in sides))
    if len(labels) > MOST_SIDES:
        raise Invalid("too_many_sides", most=MOST_SIDES)
    return labels
