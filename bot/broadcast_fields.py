"""What stands for the placeholders of a broadcast, for each of its readers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.broadcasts import Broadcast
from core.events import Event
from core.guests import Guest
from core.guests.self_service import make_guest_link
from core.people import Person


def fields_of(
    session: Session,
    found: Broadcast,
    event: Event | None,
    guest: Guest | None,
    person: Person | None,
    *,
    now: datetime,
) -> dict[str, str]:
    """What stands for `{name}`, `{first}`, `{event}` and `{link}`."""
    name = guest.name if guest is not None else person.name if person is not None else ""
    first = guest.first_name if guest is not None else name.partition(" ")[0]
    fields = {"name": name, "first": first}
    fields["event"] = event.group.name if event is not None else ""
    if "{link}" in found.text:
        token = make_guest_link(session, guest, now=now) if guest is not None else ""
        fields["link"] = f"{found.links}{token}" if token else ""
    return fields
