"""Messages of the Tigers in whatever state, with a reason, in short calls."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.deliveries import Delivery, DeliveryStatus
from core.facts import MemberJoined
from core.outbox import EventStatus, OutboxEvent
from tests.cast import Cast, Place

ROOM = "-100500"


async def lay(
    cast: Cast,
    status: DeliveryStatus,
    *addresses: str,
    reason: str | None = "Internal Server Error",
    group: Place | None = None,
    kind: str = "welcome",
    attempts: int = 8,
) -> list[int]:
    """A message in that state to each address, each of its own fact; their ids."""

    def unit(s: Session) -> list[int]:
        return [_lay_one(s, cast, status, address) for address in addresses]

    def _lay_one(s: Session, cast: Cast, status: DeliveryStatus, address: str) -> int:
        event = _fact(s, cast, group or cast.tigers, EventStatus.DONE)
        row = Delivery(
            outbox_id=event.id,
            channel="telegram",
            address=address,
            kind=kind,
            status=status,
            attempts=attempts,
            due_at=cast.now + timedelta(hours=1),
            last_error=reason,
        )
        s.add(row)
        s.flush()
        return row.id

    return await cast.write(unit)


async def lay_fact(
    cast: Cast, *, reason: str = "unknown event type 'x'", group: Place | None = None
) -> int:
    """A fact that died at fan-out; its id."""

    def unit(s: Session) -> int:
        event = _fact(s, cast, group or cast.tigers, EventStatus.DEAD)
        event.last_error, event.processed_at = reason, cast.now
        return event.id

    return await cast.write(unit)


async def statuses(cast: Cast) -> list[str]:
    return [row.status.value for row in await cast.rows(Delivery)]


def _fact(s: Session, cast: Cast, group: Place, status: EventStatus) -> OutboxEvent:
    number = s.scalars(select(func.count(OutboxEvent.id))).one()
    fact = MemberJoined(group_id=group.id, person_id=cast.bob.id, invite_id=number)
    event = OutboxEvent(
        event_type=fact.event_type,
        group_id=group.id,
        payload=fact.model_dump(),
        status=status,
        created_at=cast.now,
    )
    s.add(event)
    s.flush()
    return event
