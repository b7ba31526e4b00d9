"""Erasure: a wish to be forgotten: asked for, confirmed twice, carried out within a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.access import Actor
from core.audit import note
from core.errors import Conflict
from core.members import is_owned_besides, lock_owned
from core.model import Base, Id, Moment, change
from core.people.selves import selves_of

CONFIRM_WITHIN = timedelta(minutes=10)
# Half a day to think better of it, and half a day in which an outage may end.
GRACE = timedelta(hours=12)


class Erasure(Base):
    """The wish of one person. Without `due_at` it is not confirmed yet."""

    __tablename__ = "erasures"

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), unique=True)
    asked_at: Mapped[Moment]
    due_at: Mapped[Moment | None]


def find_erasure(session: Session, person_id: int) -> Erasure | None:
    """The wish that was confirmed and is not carried out yet."""
    return session.scalar(
        select(Erasure).where(Erasure.person_id == person_id, Erasure.due_at.is_not(None))
    )


def ask_erasure(session: Session, actor: Actor, *, now: datetime) -> None:
    """The first yes; the second must follow within ten minutes. Raises Conflict."""
    check_owners_stay(session, actor.person.id)
    if find_erasure(session, actor.person.id) is not None:
        return
    session.execute(delete(Erasure).where(Erasure.person_id == actor.person.id))
    session.add(Erasure(person_id=actor.person.id, asked_at=now))


def confirm_erasure(session: Session, actor: Actor, *, now: datetime) -> datetime:
    """The second yes: when it will be done. Saying it again changes nothing.

    Raises Conflict when the first yes is missing or too long ago, or for the last owner of a group.
    """
    check_owners_stay(session, actor.person.id)
    erasure = session.scalar(
        select(Erasure).where(Erasure.person_id == actor.person.id).with_for_update()
    )
    if erasure is None or (erasure.due_at is None and erasure.asked_at <= now - CONFIRM_WITHIN):
        raise Conflict("forget_expired")
    if erasure.due_at is None:
        erasure.due_at = now + GRACE
        note(session, actor, action="erasure.confirmed", group=None, now=now)
    return erasure.due_at


def cancel_erasure(session: Session, actor: Actor, *, now: datetime) -> bool:
    """Stay after all. Whether there was anything to cancel."""
    confirmed = find_erasure(session, actor.person.id) is not None
    cancelled = change(session, delete(Erasure).where(Erasure.person_id == actor.person.id))
    session.expire_all()
    if cancelled and confirmed:
        note(session, actor, action="erasure.cancelled", group=None, now=now)
    return bool(cancelled)


def check_not_leaving(session: Session, person_ids: Iterable[int]) -> None:
    """Raises Conflict when one of them is about to be forgotten."""
    leaving = Erasure.person_id.in_(list(person_ids)), Erasure.due_at.is_not(None)
    if session.scalar(select(func.count()).where(*leaving)):
        raise Conflict("link_while_leaving")


def check_owners_stay(session: Session, person_id: int) -> None:
    """Raises Conflict with the name of a group that would be left without an owner."""
    selves = list(session.scalars(selves_of(person_id)))
    for group in lock_owned(session, selves):
        if not is_owned_besides(session, group, selves):
            raise Conflict("forget_last_owner", group=group.name)
