"""Putting an import's rows into the event's list, batch by batch, from where it stopped."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session, joinedload

from core.access import Actor, Permission, require
from core.audit import note, note_by_clock
from core.authors import author_of, why_not
from core.events import Event, lock_event
from core.facts.guests import ImportDone
from core.facts.progress import Long
from core.guests import Guest
from core.guests.fields import household_ids, key_for
from core.guests.imports import GuestImport, GuestImportRow, ImportState, get_import
from core.guests.seating import Seating
from core.guests.seats import settle_seats, touch_cards
from core.guests.weighing import AT_ONCE, Verdict, Weighed, weigh_columns
from core.long_deeds import begin_progress, is_time, show_progress
from core.model import change
from core.outbox import record

# Without its blanks each row would be a statement of its own.
AS_ONE = {"render_nulls": True}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is; `left` rows are to come."""

    draft: GuestImport
    left: int


def commit_import(session: Session, actor: Actor, *, public_id: str, now: datetime) -> Progress:
    """Begin to put the list in, with the first batch; `carry_on` does the rest. Each row as it
    stands by then, so that nobody is doubled by it. Raises as `get_import` does.
    """
    draft = get_import(session, actor, public_id, now=now)
    draft.state = ImportState.COMMITTING
    subject, group = draft.public_id, draft.event.group
    note(session, actor, action="import.committed", group=group, now=now, subject=subject)
    progress = _batch(session, draft, now=now)
    if progress.left:
        begin_progress(session, Long.IMPORT, draft.id, **_whose(draft), now=now)
    return progress


def is_import_due(session: Session) -> bool:
    """Whether `carry_on` has anything to do: to look keeps nobody waiting."""
    return session.scalar(_UNDER_WAY.with_only_columns(GuestImport.id)) is not None


def carry_on(session: Session, *, rulers: Collection[str] = (), now: datetime) -> Progress | None:
    """The next batch of the oldest import that is under way, or None. When its author may not any
    more, it stops there. `rulers` are the system admins of today.
    """
    whole = joinedload(GuestImport.event, innerjoin=True).joinedload(Event.group)
    draft = session.scalar(
        _UNDER_WAY.options(whole).with_for_update(of=GuestImport, skip_locked=True)
    )
    if draft is None:
        return None
    if _is_stopped(session, draft, rulers, now):
        return Progress(draft, 0)
    progress = _batch(session, draft, now=now)
    if not progress.left:
        record(session, _done(draft), now=now)
    elif is_time(session, Long.IMPORT, draft.id, now=now):
        show_progress(session, Long.IMPORT, draft.id, **_whose(draft), now=now)
    return progress


def how_far(session: Session, draft: GuestImport) -> tuple[int, int]:
    """How many of its guests are in, and of how many."""
    ready = GuestImportRow.verdict.in_([Verdict.NEW, Verdict.CHANGED])
    of_it = select(func.count(GuestImportRow.id)).where(GuestImportRow.import_id == draft.id)
    return draft.added + draft.changed, session.scalars(of_it.where(ready)).one()


_UNDER_WAY = (
    select(GuestImport)
    .where(GuestImport.state == ImportState.COMMITTING)
    .order_by(GuestImport.id)
    .limit(1)
)


def _is_stopped(
    session: Session, draft: GuestImport, rulers: Collection[str], now: datetime
) -> bool:
    """A right that was taken away is asked for again before each batch."""
    group = draft.event.group
    author = author_of(session, draft.author_id, draft.via, rulers)
    refusal = why_not(author, lambda one: require(session, one, Permission.EDIT_GUESTS, group))
    if refusal is None:
        return False
    draft.state, draft.stopped = ImportState.DONE, refusal
    record(session, _done(draft), now=now)
    subject = draft.public_id
    note_by_clock(session, action="import.stopped", group=group, now=now, subject=subject)
    return True


def _done(draft: GuestImport) -> ImportDone:
    return ImportDone(group_id=draft.event_id, person_id=draft.author_id, import_id=draft.id)


def _whose(draft: GuestImport) -> dict[str, int]:
    return {"group_id": draft.event_id, "person_id": draft.author_id}


def _batch(session: Session, draft: GuestImport, *, now: datetime) -> Progress:
    event = lock_event(session, draft.event_id)
    rows = session.execute(
        select(GuestImportRow.id, GuestImportRow.line, GuestImportRow.said, GuestImportRow.columns)
        .where(GuestImportRow.import_id == draft.id, GuestImportRow.done.is_(False))
        .order_by(GuestImportRow.id)
        .limit(AT_ONCE)
    ).all()
    weighed = weigh_columns(session, event, [(row.line, row.said, row.columns) for row in rows])
    added = _add(session, event, draft, weighed, now)
    changed = _change(session, event, weighed, now)
    settle_seats(session, event, now=now)
    touch_cards(event, now=now)
    ids = [row.id for row in rows]
    change(session, update(GuestImportRow).where(GuestImportRow.id.in_(ids)).values(done=True))
    draft.added += added
    draft.changed += changed
    left = _left(session, draft)
    if not left:
        draft.state = ImportState.DONE
    session.flush()
    return Progress(draft, left)


def _add(
    session: Session, event: Event, draft: GuestImport, weighed: Sequence[Weighed], now: datetime
) -> int:
    new = [row.columns for row in weighed if row.verdict is Verdict.NEW]
    if not new:
        return 0
    seating = Seating(session, event, now)
    households = household_ids(session, event, _names(new))
    blank = _blank(draft, now)
    session.execute(
        insert(Guest),
        [blank | _settled(one, households) | seating.place(one, event, new=True) for one in new],
        execution_options=AS_ONE,
    )
    return len(new)


def _change(session: Session, event: Event, weighed: Sequence[Weighed], now: datetime) -> int:
    changed = [row for row in weighed if row.verdict is Verdict.CHANGED]
    if not changed:
        return 0
    seating = Seating(session, event, now)
    households = household_ids(session, event, _names([row.changes for row in changed]))
    for row in changed:
        values = _settled(row.changes, households)
        if "status" in row.changes or "plus_ones" in row.changes or "children" in row.changes:
            values |= seating.place({**row.party, **row.changes}, event, held=row.held)
        statement = update(Guest).where(Guest.id == row.guest_id).values(updated_at=now, **values)
        change(session, statement)
    session.expire_all()
    return len(changed)


def _settled(columns: Mapping[str, Any], households: Mapping[str, int]) -> dict[str, Any]:
    """As columns of the table."""
    found = dict(columns)
    if "household" in found:
        found["household_id"] = households[found.pop("household")]
    if "first_name" in found:
        found["name_key"] = key_for(found["first_name"], found.get("last_name"))
    return found


def _names(rows: Sequence[Mapping[str, Any]]) -> set[str]:
    return {row["household"] for row in rows if "household" in row}


def _blank(draft: GuestImport, now: datetime) -> dict[str, Any]:
    texts = ("last_name", "phone", "phone_key", "email", "side", "household_id", "diet", "seating")
    return {
        **dict.fromkeys((*texts, "notes", "may_bring", "answered_at", "waiting_since")),
        "event_id": draft.event_id,
        "is_child": False,
        "plus_ones": 0,
        "plus_one_names": [],
        "children": 0,
        "added_by_id": draft.author_id,
        "created_at": now,
        "updated_at": now,
    }


def _left(session: Session, draft: GuestImport) -> int:
    left = select(func.count()).where(
        GuestImportRow.import_id == draft.id, GuestImportRow.done.is_(False)
    )
    return session.scalars(left.select_from(GuestImportRow)).one()
