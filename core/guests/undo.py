"""Undoing what was done to guests, for as long as nobody has changed the same things since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from core.access import Actor, Permission, Role, require, standing
from core.audit import note
from core.errors import Conflict, Forbidden, NotFound
from core.events import Event, lock_event
from core.guests import Guest
from core.guests.changes import GuestChange, GuestChangeRow, is_as_left, put_back
from core.guests.seats import seats_left, settle_seats, touch_cards
from core.model import change
from core.tokens import is_public_id

UNDO_WINDOW = timedelta(minutes=10)
# Two rows that were made one are found to be two people only when one of them speaks up.
MERGE_WINDOW = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Undone:
    """How many guests are as they were, and how many somebody has changed since."""

    event: Event
    restored: int
    overtaken: int


def undo_guest_change(session: Session, actor: Actor, *, public_id: str, now: datetime) -> Undone:
    """Whoever did it may, or an admin. Raises Forbidden, NotFound, or Conflict when it is too late,
    done before, or nothing of it is left to undo.
    """
    found = _find(session, public_id)
    event = lock_event(session, found.event_id)
    if standing(session, actor, event.group) is None:
        raise NotFound("undo_unknown")
    own = require(session, actor, Permission.EDIT_GUESTS, event.group)
    if found.actor_id != actor.person.id and own.rank < Role.ADMIN.rank:
        raise Forbidden("undo_not_yours", group=event.group.name)
    _check_undoable(session, found, now=now)
    pairs = list_pairs(session, found)
    back = [(guest, row) for guest, row in pairs if is_as_left(guest, row)]
    if not back:
        raise Conflict("guests_overtaken")
    put_all_back(session, back, now=now)
    _check_seats(session, event)
    found.undone_at = now
    settle_seats(session, event, now=now)
    touch_cards(event, now=now)
    subject = found.public_id
    note(session, actor, action="guests.undone", group=event.group, now=now, subject=subject)
    return Undone(event, len(back), len(pairs) - len(back))


def list_pairs(session: Session, found: GuestChange) -> list[tuple[Guest, GuestChangeRow]]:
    """Its guests, locked, each with what they were and became."""
    return _pairs(session, list(session.scalars(_ROWS.where(GuestChangeRow.change_id == found.id))))


def put_all_back(
    session: Session, pairs: Sequence[tuple[Guest, GuestChangeRow]], *, now: datetime
) -> None:
    """As they were. Of one event a person has one row, so whose they are is taken away first."""
    for guest, row in pairs:
        if "person_id" in row.before:
            guest.person_id = None
    session.flush()
    for guest, row in pairs:
        put_back(guest, row)
        guest.updated_at, guest.held_until = now, None
    session.flush()


def forget_guest_changes(session: Session, *, now: datetime) -> None:
    """What can't be undone any more says nothing about anybody any longer."""
    old = GuestChange.created_at < now - MERGE_WINDOW
    change(session, delete(GuestChange).where(old))


_ROWS = select(GuestChangeRow).order_by(GuestChangeRow.id)


def _find(session: Session, public_id: str) -> GuestChange:
    query = select(GuestChange).where(GuestChange.public_id == public_id)
    found = session.scalar(query) if is_public_id(public_id) else None
    if found is None:
        raise NotFound("undo_unknown")
    return found


def _check_undoable(session: Session, found: GuestChange, *, now: datetime) -> None:
    session.refresh(found, ["undone_at"])
    window = MERGE_WINDOW if found.action == "merged" else UNDO_WINDOW
    if found.undone_at is not None:
        raise Conflict("undo_done")
    if now - found.created_at > window:
        raise Conflict("undo_too_late", window=window)


def _pairs(session: Session, rows: Sequence[GuestChangeRow]) -> list[tuple[Guest, GuestChangeRow]]:
    query = (
        select(Guest)
        .where(Guest.id.in_([row.guest_id for row in rows]))
        .options(joinedload(Guest.household))
        .with_for_update(of=Guest)
        .execution_options(populate_existing=True)
    )
    guests = {guest.id: guest for guest in session.scalars(query)}
    return [(guests[row.guest_id], row) for row in rows if row.guest_id in guests]


def _check_seats(session: Session, event: Event) -> None:
    session.flush()
    left = seats_left(session, event)
    if left is not None and left < 0:
        raise Conflict("no_seats_to_undo", event=event.group.name)
