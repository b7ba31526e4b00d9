"""What events look like to programs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, Field

from bot.web.api.shapes import Given, Number, Taken, Words
from core.events import Event
from core.events.plans import MOST_SEATS, MOST_SIDES
from core.guests import MOST_COMPANIONS, GuestStatus
from core.zones import get_zone

EARLIEST, LATEST = 1970, 2200


def _reasonable(moment: datetime) -> datetime:
    """Both databases and every zone can keep it."""
    if not EARLIEST < moment.year < LATEST:
        raise ValueError(f"must lie between the years {EARLIEST} and {LATEST}")
    return moment.astimezone(UTC)


Time = Annotated[AwareDatetime, AfterValidator(_reasonable)]


class EventShown(Given):
    """Times are UTC, and meant in `timezone`. `plus_ones` is how many each guest may bring."""

    id: Number
    name: str
    parent_id: Number | None
    timezone: str
    starts_at: datetime | None
    ends_at: datetime | None
    deadline: datetime | None
    place: str | None
    map_link: str | None
    note: str | None
    capacity: int | None
    plus_ones: int
    list_visible: bool
    sides: list[str]
    cancelled_at: datetime | None


class EventWish(Taken):
    """What is left out stays as it is, or as usual. `timezone` is an IANA name."""

    timezone: Words | None = None
    starts_at: Time | None = None
    ends_at: Time | None = None
    deadline: Time | None = Field(None, description="Until when guests may answer.")
    place: Words | None = None
    map_link: Words | None = None
    note: Words | None = None
    capacity: Annotated[int, Field(ge=1, le=MOST_SEATS)] | None = None
    plus_ones: Annotated[int, Field(ge=0, le=MOST_COMPANIONS)] | None = None
    list_visible: bool | None = None
    sides: Annotated[list[Words], Field(max_length=MOST_SIDES)] | None = None

    def changes(self) -> dict[str, Any]:
        """What was said, named as in EventPlan. Raises Invalid for a zone that there is not."""
        said = {name: getattr(self, name) for name in PLANNED & self.model_fields_set}
        if said.get("timezone") is not None:
            said["timezone"] = get_zone(said["timezone"])
        if said.get("sides") is not None:
            said["sides"] = tuple(said["sides"])
        nullable = ("starts_at", "ends_at", "deadline", "place", "map_link", "note", "capacity")
        return {
            name: value for name, value in said.items() if value is not None or name in nullable
        }


PLANNED = frozenset(EventWish.model_fields)


class NewEvent(EventWish):
    """Under a group, whose members are its guests then, or of its own."""

    name: Words
    parent_id: Number | None = None


class EventChange(EventWish):
    """Who had said yes is asked again when date, time or place are others."""

    name: Words | None = None


class HeadCount(Given):
    """`guests` are rows of the list, `heads` all whom they bring along."""

    guests: int
    heads: int


class EventStats(Given):
    """`seats_left` is null where there is no limit."""

    by_status: dict[GuestStatus, HeadCount]
    coming: int
    seats_left: int | None


def show_event(event: Event) -> EventShown:
    shown = {
        name: getattr(event, name)
        for name in EventShown.model_fields
        if name not in ("name", "parent_id")
    }
    return EventShown(name=event.group.name, parent_id=event.group.parent_id, **shown)
