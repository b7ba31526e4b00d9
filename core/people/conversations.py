"""Conversation: when somebody last wrote to us, and whether they want to hear of us at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import note
from core.model import change
from core.people import Identity


@dataclass(frozen=True, slots=True)
class Conversation:
    """`heard_at` is when they last wrote to us, as far as we know; `stopped`: they asked us to
    write nothing that they did not ask for.
    """

    heard_at: datetime | None = None
    stopped: bool = False


def conversation_with(session: Session, *, platform: str, address: str) -> Conversation:
    """How we stand with whoever is at that address; who never wrote to us is a stranger."""
    query = select(Identity.heard_at, Identity.stopped_at).where(_at(platform, address))
    found = session.execute(query).first()
    return Conversation(found.heard_at, found.stopped_at is not None) if found else Conversation()


def note_heard(session: Session, *, platform: str, address: str, at: datetime) -> None:
    """They wrote to us at that moment, by their platform's clock; older news changes nothing."""
    known = Identity.heard_at
    newer = and_(_at(platform, address), or_(known.is_(None), known < at))
    change(session, update(Identity).where(newer).values(heard_at=at))


def note_silence(session: Session, *, platform: str, address: str) -> None:
    """Their platform says that they did not write to us lately, whatever we believed."""
    change(session, update(Identity).where(_at(platform, address)).values(heard_at=None))


def stop_telling(
    session: Session, actor: Actor, *, platform: str, address: str, now: datetime
) -> None:
    """The actor wants to hear nothing more at that address of theirs, apart from answers."""
    _set(session, actor, platform, address, stopped_at=now)
    note(session, actor, action="person.stopped", group=None, now=now, subject=platform)


def resume_telling(
    session: Session, actor: Actor, *, platform: str, address: str, now: datetime
) -> None:
    """The actor wants to hear of us there again."""
    _set(session, actor, platform, address, stopped_at=None)
    note(session, actor, action="person.resumed", group=None, now=now, subject=platform)


def _set(
    session: Session, actor: Actor, platform: str, address: str, stopped_at: datetime | None
) -> None:
    own = and_(_at(platform, address), Identity.person_id == actor.person.id)
    change(session, update(Identity).where(own).values(stopped_at=stopped_at))


def _at(platform: str, address: str) -> ColumnElement[bool]:
    return and_(Identity.platform == platform, Identity.address == address)
