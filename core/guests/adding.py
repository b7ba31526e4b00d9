"""Adding one guest by hand, and the one who may be meant already."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import note
from core.errors import Conflict, Invalid
from core.events import Event
from core.guests import Guest, GuestStatus
from core.guests.editing import lock_for_guests, put
from core.guests.fields import key_for, settle_columns

MOST_GUESTS = 1_000_000


def add_guest(
    session: Session,
    actor: Actor,
    *,
    event_id: int,
    columns: Mapping[str, object],
    sure: bool = False,
    now: datetime,
) -> Guest:
    """A guest as `columns_of` and `read_fields` describe them. Raises Forbidden, NotFound, Invalid,
    and Conflict for somebody who is on the list already, unless `sure`.
    """
    event = lock_for_guests(session, actor, event_id)
    first = columns.get("first_name")
    if not isinstance(first, str):
        raise Invalid("guest_nameless")
    if not sure and (twin := find_twin(session, event, columns)) is not None:
        raise Conflict("guest_exists", guest=twin.name, event=event.group.name)
    guest = Guest(
        event=event,
        first_name=first,
        last_name=None,
        name_key="",
        is_child=False,
        plus_ones=0,
        plus_one_names=[],
        children=0,
        status=GuestStatus.INVITED,
        added_by_id=actor.person.id,
        created_at=now,
        updated_at=now,
    )
    session.add(guest)
    session.flush()
    put(session, event, guest, settle_columns(session, event, columns), now=now)
    session.flush()
    subject = f"guest:{guest.id}"
    note(session, actor, action="guest.added", group=event.group, now=now, subject=subject)
    return guest


def find_twin(session: Session, event: Event, columns: Mapping[str, object]) -> Guest | None:
    """Somebody of the same name who could be the same: no number or address speaks against it."""
    last = columns.get("last_name")
    key = key_for(str(columns["first_name"]), last if isinstance(last, str) else None)
    query = select(Guest).where(
        Guest.event_id == event.id, Guest.removed_at.is_(None), Guest.name_key == key
    )
    for column, name in ((Guest.phone_key, "phone_key"), (Guest.email, "email")):
        if (said := columns.get(name)) is not None:
            query = query.where(or_(column.is_(None), column == said))
    return session.scalar(query.order_by(Guest.id).limit(1)) if key else None
