"""Chat: a group's room on a platform, where its welcomes go."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint, bindparam, delete, select, update
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from core.access import Actor, Permission, require
from core.audit import note
from core.deliveries import call_off, readdress
from core.errors import Conflict, Forbidden, NotFound
from core.groups import Group
from core.model import BIG_ID, Base, Id, Moment, choice, insert_new
from core.names import display_name

TITLE_LIMIT = 128
URL_LIMIT = 255


class Loss(StrEnum):
    """What we lack in a room. Whoever is out or muted can't say anything there."""

    REMOVED = "removed"
    MUTED = "muted"
    RIGHTS = "rights"


class Chat(Base):
    """A room that is tied to one group; a group may have several.

    `share_url` is the address by which anybody may come in, where the room has one.
    `lost_at` and `lost_reason` say since when and why we can't do there what we are to do, and
    `standing_at` how old that knowledge is. `sweep_since`, `sweep_after` and `swept_at` are where
    the sweep stands: see `core.chats.sweeps`.
    """

    __tablename__ = "chats"
    __table_args__ = (UniqueConstraint("platform", "address"),)

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), index=True)
    platform: Mapped[str] = mapped_column(String(16))
    address: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(TITLE_LIMIT))
    share_url: Mapped[str | None] = mapped_column(String(URL_LIMIT))
    bound_at: Mapped[Moment]
    lost_at: Mapped[Moment | None]
    lost_reason: Mapped[Loss | None] = mapped_column(choice(Loss, "lost_reason"))
    standing_at: Mapped[Moment | None]
    sweep_since: Mapped[Moment | None]
    sweep_after: Mapped[int | None] = mapped_column(BIG_ID)
    swept_at: Mapped[Moment | None]

    group: Mapped[Group] = relationship(lazy="raise", innerjoin=True)

    @property
    def is_silent(self) -> bool:
        """Whether nothing can be said in the room."""
        return self.lost_reason in (Loss.REMOVED, Loss.MUTED)


def find_chat(session: Session, *, platform: str, address: str) -> Chat | None:
    """The chat with its group, or None when the room is not tied to one."""
    return session.scalar(
        select(Chat)
        .where(Chat.platform == platform, Chat.address == address)
        .options(joinedload(Chat.group, innerjoin=True))
    )


def find_chat_by_id(session: Session, chat_id: int) -> Chat | None:
    """The chat with its group, or None when it was untied meanwhile."""
    query = select(Chat).where(Chat.id == chat_id)
    return session.scalar(query.options(joinedload(Chat.group, innerjoin=True)))


def list_chats(session: Session, group_id: int) -> list[Chat]:
    return list(session.scalars(_OF_GROUP, {"group_id": group_id}))


def list_addresses(session: Session, *, platform: str) -> list[str]:
    """The addresses of all rooms there that are tied to a group."""
    return list(session.scalars(select(Chat.address).where(Chat.platform == platform)))


def bind_chat(
    session: Session,
    actor: Actor,
    *,
    group: Group,
    platform: str,
    address: str,
    title: str,
    runs_room: bool,
    share_url: str | None = None,
    now: datetime,
) -> Chat:
    """Tie a room to the group: its welcomes go there from now on. A second time changes nothing.

    `runs_room` is whether the platform itself says that the actor administers the room: who runs a
    group in Usher must not be able to point it at somebody else's room, nor the other way round.
    Raises Forbidden, NotFound, or Conflict when the room belongs to another group.
    """
    require(session, actor, Permission.BIND_CHAT, group)
    if not runs_room:
        raise Forbidden("not_room_admin", room=title)
    tie = {
        "group_id": group.id,
        "platform": platform,
        "address": address,
        "title": display_name(title, fallback=address, limit=TITLE_LIMIT),
        "bound_at": now,
    }
    new = insert_new(session, Chat, [tie], key=("platform", "address"))
    chat = find_chat(session, platform=platform, address=address)
    if chat is None or chat.group_id != group.id:
        raise Conflict("room_taken")
    if share_url is not None and len(share_url) <= URL_LIMIT:
        chat.share_url = share_url
    if new:
        note(session, actor, action="chat.bound", group=group, now=now, platform=platform)
    return chat


def unbind_chat(
    session: Session, actor: Actor, *, platform: str, address: str, now: datetime
) -> Group:
    """Untie the room from its group. Raises NotFound when it is not tied to one, or Forbidden."""
    chat = find_chat(session, platform=platform, address=address)
    if chat is None:
        raise NotFound("room_unbound")
    require(session, actor, Permission.BIND_CHAT, chat.group)
    session.delete(chat)
    call_off(session, channel=platform, address=address, reason="the room was untied")
    note(session, actor, action="chat.unbound", group=chat.group, now=now, platform=platform)
    return chat.group


def move_chat(session: Session, *, platform: str, old: str, new: str) -> None:
    """The platform gave the room a new address: the tie and what waits for the room follow.

    Telegram says so twice, by an error and by a message; the second time finds nothing to do. A
    new address that was tied already keeps its own tie.
    """
    if old == new:
        return
    moved = Chat.platform == platform, Chat.address == old
    if find_chat(session, platform=platform, address=new) is None:
        session.execute(update(Chat).where(*moved).values(address=new))
    else:
        session.execute(delete(Chat).where(*moved))
    readdress(session, channel=platform, old=old, new=new)


_OF_GROUP = select(Chat).where(Chat.group_id == bindparam("group_id")).order_by(Chat.id)
