"""Audiences of an event: which of its guests are written to on which occasion."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from core.guests import Guest, GuestStatus

_UNANSWERED = (Guest.status == GuestStatus.INVITED) & Guest.held_until.is_(None)
_COMING = or_(
    Guest.status.in_([GuestStatus.CONFIRMED, GuestStatus.MAYBE]), Guest.held_until.is_not(None)
)
AUDIENCES: Mapping[str, ColumnElement[bool]] = {
    "asked": Guest.status == GuestStatus.INVITED,
    "held": Guest.held_until.is_not(None) & (Guest.status == GuestStatus.INVITED),
    "not_declined": Guest.status != GuestStatus.DECLINED,
    "week": _COMING,
    "day": _COMING,
    "answer": _UNANSWERED,
    "now": _UNANSWERED,
}


def list_people(session: Session, event_id: int, audience: str) -> list[int]:
    """The persons among the guests whom it concerns, in the order of the list."""
    found = session.scalars(_who(event_id, audience))
    return [person_id for person_id in found if person_id is not None]


def is_concerned(session: Session, event_id: int, person_id: int, audience: str) -> bool:
    """Whether it still concerns the person: they may have answered meanwhile."""
    query = _who(event_id, audience).where(Guest.person_id == person_id)
    return session.scalar(query.limit(1)) is not None


def count_people(session: Session, event_id: int, audience: str) -> int:
    """How many it concerns, also those without an account."""
    return session.scalars(select(func.count(Guest.id)).where(*_within(event_id, audience))).one()


def list_names(session: Session, event_id: int, audience: str, *, limit: int) -> list[str]:
    """The names of the first of them, also of those without an account."""
    query = select(Guest).where(*_within(event_id, audience)).order_by(Guest.id)
    return [guest.name for guest in session.scalars(query.limit(limit))]


def _who(event_id: int, audience: str) -> Select[int | None]:
    query = select(Guest.person_id).where(
        *_within(event_id, audience), Guest.person_id.is_not(None)
    )
    return query.order_by(Guest.id)


def _within(event_id: int, audience: str) -> tuple[ColumnElement[bool], ...]:
    return Guest.event_id == event_id, Guest.removed_at.is_(None), AUDIENCES[audience]
