"""Replies that are due: kept with the update that asked for them, until they are said."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import bindparam, null, select, update
from sqlalchemy.orm import Session

from core.database.prepared import Prepared
from core.inbox import InboxRow
from core.model import Payload, change

# Later, nobody waits for the answer any more, and the next tap says how things are.
LONGEST_DUE = timedelta(minutes=5)
REPEATED = "its answer was due when a process died, and was said afterwards, perhaps again"

_ROWS = InboxRow.metadata.tables[InboxRow.__tablename__]
# As a plain statement: the ORM's own costs more than the row, and every answer waits for it.
_KEEP = Prepared(
    update(_ROWS).where(_ROWS.c.id == bindparam("row_id")).values(reply=bindparam("kept"))
)


def keep_reply(session: Session, row_id: int, reply: Payload) -> None:
    """What is to be answered to that update, in the transaction of its effects."""
    _KEEP.run(session, {"row_id": row_id, "kept": reply})


def forget_replies(session: Session, row_ids: Collection[int]) -> None:
    """They are said, or given up: nothing stays of them."""
    said = update(InboxRow).where(InboxRow.id.in_(list(row_ids)))
    change(session, said.values(reply=null()))


def list_due(
    session: Session, *, before: datetime, under_way: Collection[int] = (), limit: int = 100
) -> list[InboxRow]:
    """The oldest unsaid replies to updates that were handled until `before`."""
    due = select(InboxRow).where(InboxRow.reply.is_not(None), InboxRow.handled_at <= before)
    if under_way:
        due = due.where(InboxRow.id.not_in(list(under_way)))
    return list(session.scalars(due.order_by(InboxRow.id).limit(limit)))


def take_reply(session: Session, row_id: int, *, now: datetime) -> Payload | None:
    """The reply, for the one who may now say it; None where it is said, taken or too old.

    Nothing stays of it: whoever dies while saying it has said it for the last time.
    """
    found = select(InboxRow).where(InboxRow.id == row_id).with_for_update()
    row = session.scalar(found.execution_options(populate_existing=True))
    if row is None or row.reply is None:
        return None
    kept, row.reply = row.reply, None
    if row.handled_at is None or row.handled_at < now - LONGEST_DUE:
        return None
    row.last_error = REPEATED
    return kept
