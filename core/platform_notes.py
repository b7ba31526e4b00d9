"""PlatformNote: something small that must be remembered about a platform, by name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import String, Text, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.model import Base, Id, Moment, change, insert_new


class PlatformNote(Base):
    """Some of the values are secrets: what opens our own doors, and by what we speak."""

    __tablename__ = "platform_notes"
    __table_args__ = (UniqueConstraint("platform", "name"),)

    id: Mapped[Id]
    platform: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(96))
    value: Mapped[str] = mapped_column(Text)
    noted_at: Mapped[Moment]


def recall(session: Session, *, platform: str, name: str) -> str | None:
    return session.scalar(
        select(PlatformNote.value).where(
            PlatformNote.platform == platform, PlatformNote.name == name
        )
    )


def remember(session: Session, *, platform: str, name: str, value: str, now: datetime) -> str:
    """Remember it unless something of that name is remembered already; what is remembered then."""
    row = {"platform": platform, "name": name, "value": value, "noted_at": now}
    if insert_new(session, PlatformNote, [row], key=("platform", "name")):
        return value
    kept = recall(session, platform=platform, name=name)
    return value if kept is None else kept


def replace_notes(
    session: Session, *, platform: str, notes: Mapping[str, str], now: datetime
) -> None:
    """These hold from now on, whatever stood under their names before."""
    here = PlatformNote.platform == platform, PlatformNote.name.in_(notes)
    known = {note.name: note for note in session.scalars(select(PlatformNote).where(*here))}
    for name, note in known.items():
        if note.value != notes[name]:
            note.value, note.noted_at = notes[name], now
    new = [
        {"platform": platform, "name": name, "value": value, "noted_at": now}
        for name, value in notes.items()
        if name not in known
    ]
    insert_new(session, PlatformNote, new, key=("platform", "name"))


def forget(session: Session, *, platform: str, name: str) -> None:
    gone = delete(PlatformNote).where(PlatformNote.platform == platform, PlatformNote.name == name)
    change(session, gone)
