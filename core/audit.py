"""AuditEntry: who did what, when, to whom, by which front end. Only ever added to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.access import Actor
from core.database.prepared import Prepared
from core.groups import Group
from core.model import Base, Id, Moment, Payload


class AuditEntry(Base):
    """One deed. It outlives its group and its people, so the links to them may become empty."""

    __tablename__ = "audit"
    __table_args__ = (Index(None, "group_id", "id"),)

    id: Mapped[Id]
    group_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id", ondelete="SET NULL"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    action: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str | None] = mapped_column(String(64))
    details: Mapped[Payload]
    via: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[Moment]


# As a plain statement: the ORM's own costs several times as much, and every change makes one.
_INSERT = Prepared(
    insert(AuditEntry.metadata.tables[AuditEntry.__tablename__]).inline(),
    *("group_id", "actor_id", "action", "subject", "details", "via", "created_at"),
)


def note(
    session: Session,
    actor: Actor,
    *,
    action: str,
    group: Group | None,
    now: datetime,
    subject: str | None = None,
    **details: object,
) -> None:
    """Write down what the actor just did; `subject` is a public id or `person:7`, never a token.

    `details` hold the group's name, so that the entry is readable when the group is gone, but no
    names of people: an entry is never changed, also not when they are forgotten.
    Without a group stands what a system admin does for all of them, or a person for themselves.
    """
    row = {
        "group_id": group.id if group else None,
        "actor_id": actor.person.id,
        "action": action,
        "subject": subject,
        "details": {"group": group.name, **details} if group else details,
        "via": actor.via,
        "created_at": now,
    }
    _INSERT.run(session, row)


def note_by_clock(
    session: Session, *, action: str, group: Group, now: datetime, subject: str
) -> None:
    """Write down what nobody did: it was time."""
    _note_nobody(session, "clock", action, group, subject, now)


def note_by_link(
    session: Session,
    *,
    action: str,
    group: Group,
    now: datetime,
    subject: str,
    **details: object,
) -> None:
    """Write down what was done by a link that had been mailed: by whoever reads that mailbox."""
    _note_nobody(session, "email", action, group, subject, now, **details)


def _note_nobody(
    session: Session,
    via: str,
    action: str,
    group: Group,
    subject: str,
    now: datetime,
    **details: object,
) -> None:
    row = {
        "group_id": group.id,
        "actor_id": None,
        "action": action,
        "subject": subject,
        "details": {"group": group.name, **details},
        "via": via,
        "created_at": now,
    }
    _INSERT.run(session, row)
