"""What people do about messages that went wrong: try again, give up."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session, contains_eager

from core.access import Actor, Permission, allows, require, standing
from core.audit import note
from core.database import announce
from core.deliveries import Delivery, DeliveryStatus
from core.deliveries.trail import (
    CALLED_OFF,
    STATUSES,
    Realm,
    View,
    of_groups,
    of_view,
    realm,
    require_trail,
)
from core.errors import Conflict, NotFound
from core.groups import Group
from core.model import change
from core.outbox import TOPIC, EventStatus, OutboxEvent

TROUBLED = (DeliveryStatus.FAILED, DeliveryStatus.DEAD, DeliveryStatus.UNCERTAIN)
ENDABLE = (*TROUBLED, DeliveryStatus.PENDING)
AFRESH = {"attempts": 0, "lost_claims": 0, "reported_at": None}


def retry_delivery(
    session: Session, actor: Actor, *, delivery_id: int, now: datetime
) -> DeliveryStatus:
    """Try a message again that failed, died or is uncertain; what it was until now. Raises
    NotFound, or Conflict where nothing is wrong with it any more.
    """
    row, group = _tended(session, actor, delivery_id)
    before = row.status
    again = update(Delivery).where(Delivery.id == row.id, Delivery.status.in_(TROUBLED))
    if not change(session, again.values(status=DeliveryStatus.PENDING, due_at=now, **AFRESH)):
        raise Conflict("message_not_in_trouble")
    announce(session, TOPIC)
    note(
        session,
        actor,
        action="delivery.retried",
        group=group,
        now=now,
        subject=f"delivery:{row.id}",
    )
    return before


def cancel_delivery(session: Session, actor: Actor, *, delivery_id: int, now: datetime) -> None:
    """Nobody is to get this message any more. Raises NotFound, or Conflict where it is too late."""
    row, group = _tended(session, actor, delivery_id)
    end = update(Delivery).where(Delivery.id == row.id, Delivery.status.in_(ENDABLE))
    reason = CALLED_OFF
    if not change(session, end.values(status=DeliveryStatus.CANCELLED, last_error=reason)):
        raise Conflict("message_under_way")
    announce(session, TOPIC)  # what waits behind it for the same destination may go
    note(
        session,
        actor,
        action="delivery.cancelled",
        group=group,
        now=now,
        subject=f"delivery:{row.id}",
    )


def retry_all(
    session: Session, actor: Actor, *, group: Group | None, view: View, now: datetime
) -> int:
    """Try all of a list again: how many messages, or facts. Raises NotFound, Forbidden."""
    require_trail(session, actor, group)
    within = realm(session, group)
    count = (
        _rework(session, within) if view is View.UNREAD else _requeue(session, within, view, now)
    )
    if count:
        announce(session, TOPIC)
        note(
            session,
            actor,
            action="outbox.retried",
            group=group,
            now=now,
            view=view.value,
            count=count,
        )
    return count


def _tended(session: Session, actor: Actor, delivery_id: int) -> tuple[Delivery, Group | None]:
    """The delivery, for those who may see to it; for others there is none."""
    query = select(Delivery).join(Delivery.event).where(Delivery.id == delivery_id)
    row = session.scalar(query.options(contains_eager(Delivery.event)))
    group = session.get(Group, row.event.group_id) if row and row.event.group_id else None
    if row is None or not _may(session, actor, group):
        raise NotFound("no_such_message")
    if group is not None:
        require(session, actor, Permission.TEND_OUTBOX, group)
    return row, group


def _may(session: Session, actor: Actor, group: Group | None) -> bool:
    if group is None:
        return actor.system_admin
    return allows(standing(session, actor, group), Permission.TEND_OUTBOX)


def _requeue(session: Session, within: Realm, view: View, now: datetime) -> int:
    if view in (View.WAITING, View.SKIPPED):
        return 0
    ids = of_view(view, within).with_only_columns(Delivery.id)
    again = update(Delivery).where(Delivery.status.in_(STATUSES[view]), Delivery.id.in_(ids))
    return change(session, again.values(status=DeliveryStatus.PENDING, due_at=now, **AFRESH))


def _rework(session: Session, within: Realm) -> int:
    again = update(OutboxEvent).where(OutboxEvent.status == EventStatus.DEAD, of_groups(within))
    fresh = {"processed_at": None, "last_error": None, "reported_at": None}
    return change(session, again.values(status=EventStatus.PENDING, **fresh))
