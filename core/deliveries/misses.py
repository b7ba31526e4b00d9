"""Acts in a room that failed for good: who ordered one hears of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.chats import find_chat
from core.deliveries import MISSED, Delivery
from core.facts import ExpulsionFailed, MemberExpelled, UnreadableFact, read_fact
from core.model import change
from core.outbox import OutboxEvent, record

MOST = 100


def report_misses(session: Session, *, now: datetime) -> int:
    """Tell who wanted somebody out of a room that they are still in it; how many words that takes.

    Each failure is told of once, by whoever marks it first.
    """
    missed = session.scalars(select(Delivery).where(MISSED).order_by(Delivery.id).limit(MOST)).all()
    return sum(
        _tell(session, delivery, now=now) for delivery in missed if _mark(session, delivery, now)
    )


def _mark(session: Session, delivery: Delivery, now: datetime) -> bool:
    unmarked = update(Delivery).where(Delivery.id == delivery.id, Delivery.reported_at.is_(None))
    return change(session, unmarked.values(reported_at=now)) == 1


def _tell(session: Session, delivery: Delivery, *, now: datetime) -> bool:
    event = session.get_one(OutboxEvent, delivery.outbox_id)
    try:
        fact = read_fact(event.event_type, event.payload)
    except UnreadableFact:
        return False
    assert isinstance(fact, MemberExpelled)
    chat = find_chat(session, platform=delivery.channel, address=delivery.address)
    if fact.by_id is None or chat is None:
        return False
    failure = ExpulsionFailed(
        group_id=fact.group_id,
        person_id=fact.person_id,
        by_id=fact.by_id,
        chat_id=chat.id,
        ban=fact.ban,
    )
    record(session, failure, now=now)
    return True
