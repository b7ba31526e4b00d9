"""Sending at once what waits for its next try, and what has become of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import note
from core.database import announce
from core.deliveries import Delivery, DeliveryStatus
from core.deliveries.trail import Realm, View, of_groups, of_view, realm, require_trail
from core.groups import Group
from core.model import change
from core.outbox import TOPIC, EventStatus, OutboxEvent


@dataclass(frozen=True, slots=True)
class Drained:
    """What was open when somebody asked for a drain: how much, and between which ids. `facts` had
    not been turned into messages yet.
    """

    open: int
    facts: int
    first: int = 0
    last: int = 0


def drain(session: Session, actor: Actor, *, group: Group | None, now: datetime) -> Drained:
    """Send now what waits for its next try, instead of when that would be due.

    A wait that a platform asked for before the first try is kept. Raises NotFound, Forbidden.
    """
    require_trail(session, actor, group)
    within = realm(session, group)
    waiting = of_view(View.WAITING, within)
    early = waiting.where(Delivery.attempts > 0, Delivery.due_at > now)
    hurry = update(Delivery).where(
        Delivery.status == DeliveryStatus.PENDING,
        Delivery.id.in_(early.with_only_columns(Delivery.id)),
    )
    change(session, hurry.values(due_at=now))
    announce(session, TOPIC)
    note(session, actor, action="outbox.drained", group=group, now=now)
    ids = waiting.with_only_columns(func.count(), func.min(Delivery.id), func.max(Delivery.id))
    count, first, last = session.execute(ids).one()
    return Drained(count, _facts_waiting(session, within), first or 0, last or 0)


def count_since(
    session: Session, actor: Actor, *, group: Group | None, first: int, last: int
) -> dict[DeliveryStatus, int]:
    """What has become of the messages with ids from `first` to `last`."""
    require_trail(session, actor, group)
    query = (
        select(Delivery.status, func.count())
        .join(Delivery.event)
        .where(Delivery.id.between(first, last), of_groups(realm(session, group)))
        .group_by(Delivery.status)
    )
    return {status: count for status, count in session.execute(query)}  # noqa: C416 - typed


def _facts_waiting(session: Session, within: Realm) -> int:
    waiting = OutboxEvent.status == EventStatus.PENDING
    return session.scalars(select(func.count()).where(waiting, of_groups(within))).one()
