"""Terms: what is signed, in versions that never change; the nearest group upward sets them."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.access import Actor, Permission, require
from core.audit import note
from core.errors import Invalid
from core.groups import Group
from core.members import lock_members
from core.model import Base, Id, Moment
from core.names import clean_text

TERMS_LIMIT = 3000


class Terms(Base):
    """One version of what is signed. `sha256` is of the text in UTF-8, as hex.

    It outlives its group, since signatures refer to it.
    """

    __tablename__ = "contract_terms"
    __table_args__ = (UniqueConstraint("group_id", "version"),)

    id: Mapped[Id]
    group_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id", ondelete="SET NULL"))
    version: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    created_at: Mapped[Moment]


def set_terms(session: Session, actor: Actor, *, group: Group, text: str, now: datetime) -> Terms:
    """A new version for the group and all below it that have none of their own. The same text again
    changes nothing; what was signed before stays signed.

    Raises NotFound, Forbidden, or Invalid for a text that is blank or longer than TERMS_LIMIT.
    """
    lock_members(session, group)
    require(session, actor, Permission.KEEP_ROSTER, group)
    words = clean_terms(text)
    latest = _latest(session, group.id)
    if latest is not None and latest.text == words:
        return latest
    terms = Terms(
        group_id=group.id,
        version=latest.version + 1 if latest else 1,
        text=words,
        sha256=hashlib.sha256(words.encode()).hexdigest(),
        author_id=actor.person.id,
        created_at=now,
    )
    session.add(terms)
    session.flush()
    note(
        session,
        actor,
        action="terms.set",
        group=group,
        now=now,
        subject=f"terms:{terms.id}",
        version=terms.version,
        sha256=terms.sha256,
    )
    return terms


def clean_terms(text: str) -> str:
    """Line by line without what deceives a reader. Raises Invalid."""
    words = "\n".join(clean_text(line) for line in text.splitlines()).strip()
    if not words:
        raise Invalid("terms_blank")
    if len(words.encode("utf-16-le")) // 2 > TERMS_LIMIT:
        raise Invalid("terms_too_long", limit=TERMS_LIMIT)
    return words


def current_terms(session: Session, group: Group) -> Terms | None:
    """What is signed in this group today: its own latest version, or that of the nearest above."""
    at: Group | None = group
    while at is not None:
        found = _latest(session, at.id)
        if found is not None:
            return found
        at = session.get(Group, at.parent_id) if at.parent_id is not None else None
    return None


def _latest(session: Session, group_id: int) -> Terms | None:
    newest = select(Terms).where(Terms.group_id == group_id).order_by(Terms.version.desc())
    return session.scalar(newest.limit(1))
