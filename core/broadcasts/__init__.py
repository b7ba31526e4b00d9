"""Broadcast: one text to many people, each by the channel that reaches them."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from core.access import LEAST_ROLE, Actor, Permission, Role, is_archived, standing
from core.errors import Conflict, Forbidden, NotFound
from core.events import find_event
from core.groups import Group
from core.model import Base, Id, Moment, Payload, choice
from core.tokens import is_public_id

LETTER = "announcement"  # the kind of its deliveries
TEXT_LIMIT = 2000
LINK_LIMIT = 200
# Time to think better of it, once it was confirmed.
CALL_BACK = timedelta(seconds=60)
KEPT_FOR = timedelta(days=1)
# Words to single guests lie between them.
LOOKED_BACK = 200


class BroadcastState(StrEnum):
    DRAFT = "draft"  # shown to its author, and kept for a day
    WAITING = "waiting"  # confirmed, and can be called back
    EXPANDING = "expanding"
    SENDING = "sending"  # everybody has a message, or a reason why not
    DONE = "done"
    CANCELLED = "cancelled"


class Broadcast(Base):
    """`audience` says whom it is for; `cursor` is how far it was made into messages. `links` is
    what a guest's personal link begins with. `stopped` is the code of the refusal that its author
    would have met when it was to go on.
    """

    __tablename__ = "broadcasts"

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(String(TEXT_LIMIT))
    links: Mapped[str] = mapped_column(String(LINK_LIMIT))
    audience: Mapped[Payload]
    channels: Mapped[Payload]
    state: Mapped[BroadcastState] = mapped_column(choice(BroadcastState, "state"))
    cursor: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[Moment] = mapped_column(index=True)
    starts_at: Mapped[Moment | None]
    outbox_id: Mapped[int | None] = mapped_column(
        ForeignKey("outbox.id", ondelete="SET NULL"), index=True
    )
    stopped: Mapped[str | None] = mapped_column(String(32))

    group: Mapped[Group] = relationship(lazy="raise", innerjoin=True)

    @property
    def reached(self) -> int:
        """How many it goes to, as was said when it was confirmed."""
        return int(self.channels.get("reached", 0))

    @property
    def is_for_one(self) -> bool:
        """One guest is written to: that takes no time."""
        return self.audience.get("guest_id") is not None


_UNDER_WAY = text("state IN ('waiting', 'expanding', 'sending')")
Index("ix_broadcasts_under_way", Broadcast.id, sqlite_where=_UNDER_WAY, postgresql_where=_UNDER_WAY)


class BroadcastRecipient(Base):
    """One person or guest of it, and where they were written to; without an address they could not
    be reached.
    """

    __tablename__ = "broadcast_recipients"
    __table_args__ = (
        UniqueConstraint("broadcast_id", "person_id"),
        UniqueConstraint("broadcast_id", "guest_id"),
        Index(None, "broadcast_id", "channel", "address"),
    )

    id: Mapped[Id]
    broadcast_id: Mapped[int] = mapped_column(ForeignKey("broadcasts.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), index=True
    )
    guest_id: Mapped[int | None] = mapped_column(
        ForeignKey("guests.id", ondelete="CASCADE"), index=True
    )
    channel: Mapped[str | None] = mapped_column(String(16))
    address: Mapped[str | None] = mapped_column(String(320))


def require_broadcast(session: Session, actor: Actor, group: Group) -> None:
    """Of an event its own setting counts. Raises Forbidden, NotFound, Conflict when archived."""
    role = standing(session, actor, group)
    if role is None:
        raise NotFound("group_unknown")
    event = find_event(session, group.id)
    least: Role = event.broadcast_role if event else LEAST_ROLE[Permission.BROADCAST]
    if role.rank < least.rank:
        permission = Permission.BROADCAST
        raise Forbidden("not_allowed", permission=permission, least=least, group=group.name)
    require_in_key(actor, group)
    if is_archived(session, group.id):
        raise Conflict("group_archived", group=group.name)


def require_in_key(actor: Actor, group: Group) -> None:
    """Raises Forbidden for a limited key that was not made to write to people."""
    if actor.scope is not None and not actor.scope.permits(Permission.BROADCAST):
        raise Forbidden("key_too_narrow", permission=Permission.BROADCAST, group=group.name)


def get_broadcast(
    session: Session, actor: Actor, public_id: str, *, now: datetime, lock: bool = False
) -> Broadcast:
    """With its group: the author's own, while they may still broadcast there, or an admin's to look
    at. Raises NotFound, Forbidden, Conflict.
    """
    query = (
        select(Broadcast)
        .where(Broadcast.public_id == public_id)
        .options(joinedload(Broadcast.group, innerjoin=True))
        .execution_options(populate_existing=True)
    )
    if lock:
        query = query.where(Broadcast.author_id == actor.person.id).with_for_update(of=Broadcast)
    found = session.scalar(query) if is_public_id(public_id) else None
    if found is None or _is_over(found, now):
        raise NotFound("broadcast_unknown")
    role = standing(session, actor, found.group)
    own = found.author_id == actor.person.id
    if role is None or (not own and role.rank < Role.ADMIN.rank):
        raise NotFound("broadcast_unknown")
    return found


def find_earlier(
    session: Session, actor: Actor, group: Group, public_id: str | None, *, now: datetime
) -> Broadcast:
    """The one that is named, or the last that went out in the group. Raises NotFound."""
    if public_id is not None:
        named = get_broadcast(session, actor, public_id, now=now)
        if named.group_id != group.id or named.outbox_id is None:
            raise NotFound("broadcast_unknown")
        return named
    last = session.scalars(
        select(Broadcast)
        .where(Broadcast.group_id == group.id, Broadcast.outbox_id.is_not(None))
        .order_by(Broadcast.id.desc())
        .limit(LOOKED_BACK)
    )
    found = next((one for one in last if not one.is_for_one), None)
    if found is None:
        raise NotFound("broadcast_none_yet", group=group.name)
    return found


def _is_over(found: Broadcast, now: datetime) -> bool:
    return found.state is BroadcastState.DRAFT and found.created_at < now - KEPT_FOR
