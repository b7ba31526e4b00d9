"""Events and guests for tests: an event of the Tigers, its guests, and who answered what."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.event_making import create_event
from core.event_plans import EventPlan
from core.events import Event
from core.guests import Guest, GuestStatus, name_key
from tests.cast import Cast, Place, Somebody

IN_TEN_DAYS = timedelta(days=10)


async def make_event(
    cast: Cast,
    name: str = "Cup final",
    *,
    by: Somebody | None = None,
    alone: bool = False,
    starts_at: datetime | None = None,
    **plan: Any,
) -> Place:
    """An event in ten days, of the Tigers unless it is `alone`."""
    whole = EventPlan(timezone="UTC", starts_at=starts_at or cast.now + IN_TEN_DAYS, **plan)

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
    row = {
        "event_id": place.id,
        "first_name": name,
        "name_key": name_key(name),
        "status": GuestStatus.INVITED,
        "created_at": cast.now,
        "updated_at": cast.now,
        **columns,
    }

    def unit(s: Session) -> int:
        guest = Guest(**row)
        s.add(guest)
        s.flush()
        return guest.id

    return await cast.write(unit)
