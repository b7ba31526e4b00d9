"""GuestChange: what an organiser did to guests, one or many at once, and the way back from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from core.access import Actor
from core.events import Event
from core.guests import Guest, GuestStatus
from core.model import Base, Id, Moment, Payload
from core.tokens import new_public_id

MOMENTS = ("answered_at", "waiting_since", "removed_at")


class GuestChange(Base):
    """One deed of an organiser; its rows say what each guest was before and after."""

    __tablename__ = "guest_changes"

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    actor_id: Mapped[int | None] = mapped_column(
        ForeignKey("people.id", ondelete="SET NULL"), index=True
    )
    action: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[Moment] = mapped_column(index=True)
    undone_at: Mapped[Moment | None]

    event: Mapped[Event] = relationship(lazy="raise", innerjoin=True)


class GuestChangeRow(Base):
    """One guest of it: the columns that changed, as they were and as they became."""

    __tablename__ = "guest_change_rows"

    id: Mapped[Id]
    change_id: Mapped[int] = mapped_column(
        ForeignKey("guest_changes.id", ondelete="CASCADE"), index=True
    )
    guest_id: Mapped[int] = mapped_column(ForeignKey("guests.id", ondelete="CASCADE"), index=True)
    before: Mapped[Payload]
    after: Mapped[Payload]


@dataclass(frozen=True, slots=True)
class Seen:
    """A guest as they were when it began."""

    guest: Guest
    before: Mapping[str, object]


def look_at(guests: Sequence[Guest]) -> list[Seen]:
    """What to compare with when it is done."""
    return [Seen(guest, _columns(guest)) for guest in guests]


def keep_change(
    session: Session,
    actor: Actor,
    *,
    event: Event,
    action: str,
    seen: Sequence[Seen],
    now: datetime,
) -> GuestChange | None:
    """Write down what is different by now; None when nothing is."""
    session.flush()
    found = [(one, _difference(one)) for one in seen]
    changed = [(one.guest, before, after) for one, (before, after) in found if after]
    if not changed:
        return None
    change = GuestChange(
        public_id=new_public_id("gch"),
        event=event,
        actor_id=actor.person.id,
        action=action,
        created_at=now,
    )
    session.add(change)
    session.flush()
    session.add_all(
        GuestChangeRow(change_id=change.id, guest_id=guest.id, before=before, after=after)
        for guest, before, after in changed
    )
    return change


def is_as_left(guest: Guest, row: GuestChangeRow) -> bool:
    """Whether nobody has changed the same things since."""
    now = _columns(guest)
    return all(now[name] == value for name, value in row.after.items())


def put_back(guest: Guest, row: GuestChangeRow) -> None:
    for name, value in row.before.items():
        setattr(guest, name, _read(name, value))


def _difference(one: Seen) -> tuple[Payload, Payload]:
    now = _columns(one.guest)
    names = [name for name, value in now.items() if one.before[name] != value]
    return {name: one.before[name] for name in names}, {name: now[name] for name in names}


def _columns(guest: Guest) -> dict[str, Any]:
    """What can be undone, as JSON."""
    return {
        "first_name": guest.first_name,
        "last_name": guest.last_name,
        "name_key": guest.name_key,
        "phone": guest.phone,
        "phone_key": guest.phone_key,
        "email": guest.email,
        "side": guest.side,
        "household_id": guest.household_id,
        "is_child": guest.is_child,
        "plus_ones": guest.plus_ones,
        "plus_one_names": list(guest.plus_one_names),
        "may_bring": guest.may_bring,
        "children": guest.children,
        "diet": guest.diet,
        "seating": guest.seating,
        "notes": guest.notes,
        "status": guest.status.value,
        "person_id": guest.person_id,
        **{name: _spell(getattr(guest, name)) for name in MOMENTS},
    }


def _spell(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None


def _read(name: str, value: Any) -> object:
    if name in MOMENTS and value is not None:
        return datetime.fromisoformat(value)
    return GuestStatus(value) if name == "status" else value
