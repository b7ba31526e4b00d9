"""RoomLink: one person's own way into a room of their group, by a link that lets in nobody else.

The platform makes the link and asks us about everybody who comes by it. Its name tells whose it
is, so a link that was handed on opens nothing: see `core.chats.knocks`.
"""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from core.chats import URL_LIMIT, Chat
from core.model import Base, Id, Moment

NAME_LIMIT = 32  # Bot API, createChatInviteLink


class RoomLink(Base):
    """`url` is there once the platform has made it. It is kept, as it must be named to be revoked,
    and opens nothing to anybody but its person. `name` begins with the invite's public id.
    """

    __tablename__ = "room_links"
    __table_args__ = (Index(None, "person_id", "chat_id"),)

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(NAME_LIMIT), unique=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    invite_id: Mapped[int | None] = mapped_column(
        ForeignKey("invites.id", ondelete="CASCADE"), index=True
    )
    url: Mapped[str | None] = mapped_column(String(URL_LIMIT))
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment | None]
    ended_at: Mapped[Moment | None]

    chat: Mapped[Chat] = relationship(lazy="raise", innerjoin=True)


def find_link(session: Session, name: str | None, *, chat_id: int) -> RoomLink | None:
    """The link of that name into that room, or None."""
    if name is None:
        return None
    return session.scalar(
        select(RoomLink).where(RoomLink.name == name, RoomLink.chat_id == chat_id)
    )


def find_open_link(session: Session, *, person_id: int, chat_id: int) -> RoomLink | None:
    """The person's newest link into the room that was made and has not ended, or None."""
    return session.scalar(
        select(RoomLink)
        .where(
            RoomLink.person_id == person_id,
            RoomLink.chat_id == chat_id,
            RoomLink.url.is_not(None),
            RoomLink.ended_at.is_(None),
        )
        .order_by(RoomLink.id.desc())
        .limit(1)
    )


def get_link(session: Session, link_id: int) -> RoomLink | None:
    """The link with its room, or None when the room was untied."""
    query = select(RoomLink).where(RoomLink.id == link_id)
    return session.scalar(query.options(joinedload(RoomLink.chat, innerjoin=True)))
