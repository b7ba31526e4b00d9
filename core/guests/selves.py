"""Two rows of one guest who turned out to be one person: one of them counts, until they part."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from core.access import Actor
from core.audit import note
from core.events import Event, lock_event
from core.guests import Guest
from core.guests.changes import GuestChange, GuestChangeRow, is_as_left, keep_change, look_at
from core.guests.merging import combine
from core.guests.seats import seats_left, settle_seats, touch_cards
from core.guests.undo import list_pairs, put_all_back


def lock_shared_events(session: Session, person_ids: Collection[int]) -> None:
    """The events on whose lists several of them are: before the people, as those who answer do."""
    for event_id in _shared(session, person_ids):
        lock_event(session, event_id)


def join_guests(
    session: Session, actor: Actor, *, kept_id: int, gone_id: int, now: datetime
) -> list[str]:
    """Of each list on which both are, the row of who stays counts, with the surer answer of the
    two; the changes' public ids. An organiser can undo each of them, and so does the parting.
    """
    events = [lock_event(session, event_id) for event_id in _shared(session, [kept_id, gone_id])]
    made = (_join(session, actor, event, kept_id, gone_id, now) for event in events)
    return [change.public_id for change in made if change is not None]


def part_guests(session: Session, public_ids: Iterable[str], *, now: datetime) -> None:
    """Both rows count again, where nobody has changed them since and there are seats for both."""
    found = select(GuestChange).where(
        GuestChange.public_id.in_(list(public_ids)), GuestChange.undone_at.is_(None)
    )
    for change in session.scalars(found.order_by(GuestChange.event_id)).all():
        event = lock_event(session, change.event_id)
        pairs = list_pairs(session, change)
        if all(is_as_left(guest, row) for guest, row in pairs) and _fits(session, event, pairs):
            put_all_back(session, pairs, now=now)
            change.undone_at = now
            settle_seats(session, event, now=now)
            touch_cards(event, now=now)


def _shared(session: Session, person_ids: Collection[int]) -> list[int]:
    twice = (
        select(Guest.event_id)
        .where(Guest.person_id.in_(person_ids))
        .group_by(Guest.event_id)
        .having(func.count() > 1)
    )
    return list(session.scalars(twice.order_by(Guest.event_id)))


def _join(
    session: Session, actor: Actor, event: Event, kept_id: int, gone_id: int, now: datetime
) -> GuestChange | None:
    rows = {row.person_id: row for row in _rows(session, event, [kept_id, gone_id])}
    kept, gone = rows[kept_id], rows[gone_id]
    if gone.removed_at is not None:
        return None
    seen = look_at([kept, gone])
    if kept.removed_at is not None:  # the row that is on the list goes to who stays
        kept.person_id = gone.person_id = None
        session.flush()  # of one event a person has one row
        gone.person_id, kept.person_id = kept_id, gone_id
    else:
        combine(kept, gone, now=now)
    change = keep_change(session, actor, event=event, action="merged", seen=seen, now=now)
    settle_seats(session, event, now=now)
    touch_cards(event, now=now)
    subject = f"guest:{kept.id}"
    note(session, actor, action="guests.merged", group=event.group, now=now, subject=subject)
    return change


def _rows(session: Session, event: Event, person_ids: Collection[int]) -> list[Guest]:
    query = (
        select(Guest)
        .where(Guest.event_id == event.id, Guest.person_id.in_(person_ids))
        .options(joinedload(Guest.household))
        .order_by(Guest.id)
        .with_for_update(of=Guest)
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(query))


def _fits(session: Session, event: Event, pairs: list[tuple[Guest, GuestChangeRow]]) -> bool:
    """Whether the seats that the parting takes are free."""
    left = seats_left(session, event)
    if left is None:
        return True
    now = sum(guest.party for guest, _ in pairs if guest.takes_seats)
    return left + now - sum(_party_before(guest, row) for guest, row in pairs) >= 0


def _party_before(guest: Guest, row: GuestChangeRow) -> int:
    """The seats that the guest had before it."""
    was = {"status": guest.status.value, "removed_at": guest.removed_at, **row.before}
    if was["removed_at"] is not None or was["status"] != "confirmed":
        return 0
    plus_ones = int(row.before.get("plus_ones", guest.plus_ones))
    return 1 + plus_ones + int(row.before.get("children", guest.children))
