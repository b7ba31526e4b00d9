"""Claim: a delivery that is ours to send until its lease ends; taken and kept by the batch."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast

from sqlalchemy import (
    ColumnClause,
    Select,
    Subquery,
    Table,
    Update,
    bindparam,
    case,
    literal_column,
    select,
    type_coerce,
    union_all,
    update,
)
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from core.batches import Batch, is_listed
from core.database.prepared import Prepared
from core.deliveries import (
    UNDER_WAY,
    WAITING,
    Delivery,
    DeliveryStatus,
    Lane,
    is_first_there,
)
from core.model import Payload, UtcDateTime, database_time, plainly
from core.outbox import OutboxEvent

LEASE = timedelta(seconds=60)
# A row whose sender vanished this often is what makes senders vanish.
MAX_LOST_CLAIMS = 3
VANISHED = "its sender vanished each time it was tried"


class Told(NamedTuple):
    """The fact that a delivery tells, as it is kept in the outbox."""

    event_type: str
    payload: Payload
    group_id: int | None


class Claim(NamedTuple):
    """A delivery that is ours to send until the lease ends. `token` fences late completions.
    `lost`: how many senders vanished over it before.
    """

    id: int
    token: str
    channel: str
    address: str
    kind: str
    lane: int
    attempts: int
    lost: int
    event: Told


def claim_due(
    session: Session,
    *,
    now: datetime,
    limit: int,
    bulk: int | None = None,
    sending: Collection[int] = (),
    rescue: bool = True,
) -> list[Claim]:
    """Take up to `limit` due deliveries of those that somebody waits for and up to `bulk` others
    (as many, if it is not said), the first of each destination only, so order is kept.

    With `rescue` also one whose lease ended, whoever held it; the database's clock decides. It
    counts as a suspected repeat, because its sender may have died after sending; and it is one at
    a time, so that what killed its sender takes no others along. `sending` are those that the
    caller itself is still at, whatever a clock that jumped says of their lease.
    """
    token = secrets.token_hex(16)
    lost = _rescue(session, token, sending) if rescue else []
    given = {"now": now, "limit": limit, "bulk": limit if bulk is None else bulk}
    found = [_Taken(*row) for row in _TAKE.rows(session, {**given, "token": token})]
    rows = sorted(found, key=lambda row: (row.lane, row.due_at, row.id))
    return _with_events(session, token, [*lost, *rows])


def past_claim(delivery: Delivery) -> Claim:
    """The claim of a message that was sent, for what is learnt of it later. Holds nothing."""
    event = delivery.event
    return Claim(
        id=delivery.id,
        token="",
        channel=delivery.channel,
        address=delivery.address,
        kind=delivery.kind,
        lane=delivery.lane,
        attempts=delivery.attempts,
        lost=delivery.lost_claims,
        event=Told(event.event_type, event.payload, event.group_id),
    )


def extend(session: Session, claims: Iterable[Claim]) -> set[int]:
    """Have the leases run from now on; the ids of those that are still ours."""
    until = session.scalars(select(database_time(LEASE.total_seconds()))).one()
    return set(_EXTEND.run(session, [(claim.id, claim.token, until) for claim in claims]))


class _Taken(NamedTuple):
    """What is read of a delivery that is taken; its columns as `_taking` has them."""

    id: int
    outbox_id: int
    channel: str
    address: str
    kind: str
    lane: int
    due_at: Any
    attempts: int
    lost: int
    status: str


def _rescue(session: Session, token: str, sending: Collection[int]) -> list[_Taken]:
    """The first of the lost that is not given up."""
    while True:
        rows = plainly(session).execute(_RESCUE, {"token": token, "mine": list(sending)})
        found = [_Taken(*row) for row in rows]
        if not found or found[0].status != DeliveryStatus.DEAD:
            return found


def _with_events(session: Session, token: str, taken: Sequence[_Taken]) -> list[Claim]:
    ids = list({row.outbox_id for row in taken})
    if not ids:
        return []
    rows = _EVENTS.rows(session, {"ids": json.dumps(ids)})
    events = {id_: Told(*told) for id_, *told in rows}
    return [
        Claim(
            row.id,
            token,
            row.channel,
            row.address,
            row.kind,
            row.lane,
            row.attempts,
            row.lost,
            events[row.outbox_id],
        )
        for row in taken
    ]


def _due(lane: Lane, limit: str) -> Subquery:
    row = _TABLE.alias()
    found = select(row.c.id).where(
        row.c.status == WAITING,
        row.c.lane == _spelt(lane),
        row.c.due_at <= bindparam("now", type_=UtcDateTime()),
        is_first_there(row.c),
    )
    ordered = found.order_by(row.c.due_at, row.c.id).limit(bindparam(limit))
    return ordered.with_for_update(skip_locked=True, of=row).subquery()


def _lost() -> Select[int]:
    row = _TABLE.alias()
    found = select(row.c.id).where(
        row.c.status == UNDER_WAY,
        row.c.lease_until < database_time(),
        row.c.id.not_in(bindparam("mine", expanding=True)),
    )
    ordered = found.order_by(row.c.lease_until, row.c.id).limit(1)
    return ordered.with_for_update(skip_locked=True, of=row)


def _spelt(lane: Lane) -> ColumnClause[int]:
    return literal_column(str(int(lane)))


def _taking(**values: Any) -> Update:
    columns = _TABLE.c
    return (
        update(_TABLE)
        .values(
            claim_token=bindparam("token"),
            lease_until=database_time(LEASE.total_seconds()),
            **values,
        )
        .returning(
            columns.id,
            columns.outbox_id,
            columns.channel,
            columns.address,
            columns.kind,
            columns.lane,
            type_coerce(columns.due_at, NullType()).label("due_at"),  # compared, never read
            columns.attempts,
            columns.lost_claims,
            type_coerce(columns.status, NullType()).label("status"),
        )
    )


# Built once, from tables and not from classes: to build a statement, and to make objects of its
# rows, costs more than to run it.
_TABLE = cast("Table", Delivery.__table__)
_READY = union_all(
    *(select(found.c.id) for found in (_due(Lane.PROMPT, "limit"), _due(Lane.BULK, "bulk")))
).cte("ready")
_TAKE = Prepared(
    _taking(status=DeliveryStatus.SENDING, attempts=_TABLE.c.attempts + 1).where(
        _TABLE.c.id.in_(select(_READY.c.id))
    )
)
_HOPELESS = _TABLE.c.lost_claims + 1 >= MAX_LOST_CLAIMS
_RESCUE = _taking(
    status=case((_HOPELESS, DeliveryStatus.DEAD), else_=DeliveryStatus.SENDING),
    last_error=case((_HOPELESS, VANISHED), else_=_TABLE.c.last_error),
    attempts=case((_HOPELESS, _TABLE.c.attempts), else_=_TABLE.c.attempts + 1),
    lost_claims=_TABLE.c.lost_claims + 1,
).where(_TABLE.c.id.in_(select(_lost().cte("lost").c.id)))
_OUTBOX = cast("Table", OutboxEvent.__table__)
_EVENTS = Prepared(
    select(_OUTBOX.c.id, _OUTBOX.c.event_type, _OUTBOX.c.payload, _OUTBOX.c.group_id).where(
        is_listed(_OUTBOX.c.id, "ids")
    )
)
_EXTEND = Batch(
    "UPDATE deliveries SET lease_until = claim.until FROM {rows} AS claim"
    " WHERE deliveries.id = claim.id AND claim_token = claim.token AND status = 'sending'"
    " RETURNING deliveries.id",
    {"id": "bigint", "token": "text", "until": "timestamptz"},
)
