"""Events and guests for tests: an event of the Tigers, its guests, and who answered what."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.events import Event
from core.events.making import create_event
from core.events.plans import EventPlan
from core.guests import Guest, GuestStatus, name_key
from core.guests.households import Household
from tests.cast import Cast, Place, Somebody

IN_TEN_DAYS = timedelta(days=10)
INVITED = GuestStatus.INVITED


async def make_event(
    cast: Cast,
    name: str = "Cup final",
    *,
    by: Somebody | None = None,
    alone: bool = False,
    starts_at: datetime | None = None,
    timezone_: str = "UTC",
    **plan: Any,
) -> Place:
    """An event in ten days, of the Tigers unless it is `alone`."""
    whole = EventPlan(timezone=timezone_, starts_at=starts_at or cast.now + IN_TEN_DAYS, **plan)

    def unit(s: Session) -> int:
        parent = None if alone else cast.tigers(s)
        actor = (by or cast.alice)(s)
        return create_event(s, actor, name=name, plan=whole, parent=parent, now=cast.now).id

    return Place(await cast.write(unit))


async def event_of(cast: Cast, place: Place) -> Event:
    return await cast.read(lambda s: s.get_one(Event, place.id))


async def guests_of(cast: Cast, place: Place) -> list[Guest]:
    query = select(Guest).where(Guest.event_id == place.id).order_by(Guest.id)
    return await cast.read(lambda s: list(s.scalars(query)))


async def statuses_of(cast: Cast, place: Place) -> dict[str, str]:
    return {guest.name: guest.status.value for guest in await guests_of(cast, place)}


async def put_guest(cast: Cast, place: Place, name: str, **columns: Any) -> int:
    """A guest who is no member, straight into the list."""
    [number] = await put_guests(cast, place, [name], **columns)
    return number


async def put_guests(
    cast: Cast, place: Place, names: list[str], *, status: GuestStatus = INVITED, **columns: Any
) -> list[int]:
    """The same with many at once."""
    whole = {"created_at": cast.now, "updated_at": cast.now, "status": status, **columns}
    if status is not INVITED:
        whole["answered_at"] = cast.now

    def unit(s: Session) -> list[int]:
        rows = [
            Guest(event_id=place.id, first_name=name, name_key=name_key(name), **whole)
            for name in names
        ]
        s.add_all(rows)
        s.flush()
        return [row.id for row in rows]

    return await cast.write(unit)


async def make_household(cast: Cast, place: Place, *people: Somebody) -> int:
    """A household of these guests of the event."""

    def unit(s: Session) -> int:
        family = Household(event_id=place.id, name="The Bobs")
        s.add(family)
        s.flush()
        of_theirs = Guest.event_id == place.id, Guest.person_id.in_([one.id for one in people])
        s.execute(update(Guest).where(*of_theirs).values(household_id=family.id))
        return family.id

    return await cast.write(unit)
