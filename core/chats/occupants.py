"""Occupant: somebody in a group's room, or gone from it, as its platform last told us.

Being in the room and being a member are two things: who leaves the room stays a member until
somebody decides otherwise. `core.chats.drift` shows where the two differ.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from core.chats import Chat, find_chat
from core.model import Base, Id, Moment, change, choice, insert_new
from core.people import Identity


class Presence(StrEnum):
    """Whether somebody is in a room. Banned people are out and can't come back by themselves."""

    IN = "in"
    OUT = "out"
    BANNED = "banned"


class Occupant(Base):
    """`seen_at` is when the platform said so, by its own clock: older news changes nothing.

    `ignored_at`: an admin does not want to hear that this one is no member.
    """

    __tablename__ = "occupants"
    __table_args__ = (UniqueConstraint("chat_id", "identity_id"),)

    id: Mapped[Id]
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id", ondelete="CASCADE"))
    identity_id: Mapped[int] = mapped_column(
        ForeignKey("identities.id", ondelete="CASCADE"), index=True
    )
    presence: Mapped[Presence] = mapped_column(choice(Presence, "presence"))
    seen_at: Mapped[Moment]
    ignored_at: Mapped[Moment | None]

    chat: Mapped[Chat] = relationship(lazy="raise", innerjoin=True)
    identity: Mapped[Identity] = relationship(lazy="raise", innerjoin=True)


def note_presence(
    session: Session, *, chat_id: int, identity_id: int, presence: Presence, seen_at: datetime
) -> bool:
    """Remember it, unless something newer is known. Whether anything changed.

    Updates may come in any order; by their time they converge.
    """
    row = {
        "chat_id": chat_id,
        "identity_id": identity_id,
        "presence": presence,
        "seen_at": seen_at,
    }
    if insert_new(session, Occupant, [row], key=("chat_id", "identity_id")):
        return True
    # Outside, the order of two moves in one second is not known; the later to arrive counts.
    moved = change(
        session,
        update(Occupant)
        .where(
            Occupant.chat_id == chat_id,
            Occupant.identity_id == identity_id,
            Occupant.seen_at <= seen_at,
            or_(Occupant.presence != presence, Occupant.seen_at < seen_at),
        )
        .values(presence=presence, seen_at=seen_at),
    )
    return moved == 1


def is_in_room(session: Session, *, person_id: int, chat_id: int) -> bool:
    """Whether the person is known to be in the room, by any of their identities."""
    inside = (
        select(Occupant.id)
        .join(Occupant.identity)
        .where(
            Occupant.chat_id == chat_id,
            Occupant.presence == Presence.IN,
            Identity.person_id == person_id,
        )
    )
    return session.scalar(inside.limit(1)) is not None


def note_speaker(
    session: Session, *, platform: str, address: str, identity: Identity, now: datetime
) -> None:
    """Whoever says something in a tied room is in it."""
    session.flush()
    chat = find_chat(session, platform=platform, address=address)
    if chat is not None:
        note_presence(
            session,
            chat_id=chat.id,
            identity_id=identity.id,
            presence=Presence.IN,
            seen_at=now,
        )
