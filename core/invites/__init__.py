"""Invite: an offer of a role in a group, by link or to one person; how it stands, and making it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    Select,
    String,
    and_,
    case,
    false,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from core.access import LABEL_LIMIT, Actor, Permission, Role, require, require_grant, standing
from core.audit import note
from core.errors import Forbidden, Invalid, NotFound
from core.groups import Group
from core.invites.deeds import Deed, count
from core.model import Base, Id, Moment, choice
from core.names import NAME_LIMIT, clean_name, clean_text, cut
from core.people import Person
from core.tokens import digest, is_public_id, new_public_id, new_token

DEFAULT_TTL = timedelta(hours=72)
SHORTEST_TTL = timedelta(hours=1)
LONGEST_TTL = timedelta(days=90)
MOST_USES = 99_999
UNLIMITED = 0
NOTE_LIMIT = 200
CLAIM_LIMIT = 340


class InviteState(StrEnum):
    """What was decided about an invite. Expired and used up follow from the facts instead."""

    OPEN = "open"
    DECLINED = "declined"
    REVOKED = "revoked"


class InviteStatus(StrEnum):
    """How an invite stands at a given time."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    REVOKED = "revoked"
    USED_UP = "used_up"


class Invite(Base):
    """An offer of `role`. `invitee_id` binds it to one person, `claim` to whoever can prove that;
    `title` is what its inviter calls it, `listed` that it was made from a list of people, `asks`
    that an admin decides about each acceptance. `max_uses` 0 is no limit.

    `refreshed_at` is when it was sent again, with a lifetime that began anew. `ending_noted_at` and
    `end_noted_at` are when it was noticed that it ends within a day, and that it has ended.
    """

    __tablename__ = "invites"
    __table_args__ = (
        Index(None, "group_id", "id"),
        Index(None, "claim"),
        Index(None, "group_id", "created_at"),
        Index(None, "inviter_id", "created_at"),
    )

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"))
    inviter_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    invitee_id: Mapped[int | None] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), index=True
    )
    role: Mapped[Role] = mapped_column(choice(Role, "role"))
    label: Mapped[str | None] = mapped_column(String(LABEL_LIMIT))
    claim: Mapped[str | None] = mapped_column(String(CLAIM_LIMIT))
    title: Mapped[str | None] = mapped_column(String(NAME_LIMIT))
    note: Mapped[str | None] = mapped_column(String(NOTE_LIMIT))
    listed: Mapped[bool] = mapped_column(default=False, server_default=false())
    asks: Mapped[bool] = mapped_column(default=False, server_default=false())
    by_system_admin: Mapped[bool]
    state: Mapped[InviteState] = mapped_column(choice(InviteState, "state"))
    max_uses: Mapped[int]
    uses: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment | None]
    refreshed_at: Mapped[Moment | None]
    ending_noted_at: Mapped[Moment | None]
    end_noted_at: Mapped[Moment | None]

    group: Mapped[Group] = relationship(lazy="raise", innerjoin=True)
    inviter: Mapped[Person] = relationship(lazy="raise", innerjoin=True, foreign_keys=[inviter_id])
    invitee: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[invitee_id])

    @property
    def lifetime(self) -> timedelta | None:
        """How long it is open from the day it was last sent; None is for ever."""
        if self.expires_at is None:
            return None
        return self.expires_at - (self.refreshed_at or self.created_at)

    @property
    def exhausted(self) -> bool:
        """Whether it was used as often as it may be."""
        return self.max_uses != UNLIMITED and self.uses >= self.max_uses

    @property
    def is_direct(self) -> bool:
        """Whether it is for one person, known or still to prove who they are."""
        return self.invitee_id is not None or self.claim is not None

    @property
    def meant_for(self) -> str | None:
        """As its inviter wrote it, for whom it is who has not shown yet that it is them."""
        return (self.title or self.claim.partition(":")[2]) if self.claim is not None else None

    def status(self, now: datetime) -> InviteStatus:
        """How the invite stands at `now`. What it has brought about outweighs that it is over."""
        if self.state is InviteState.REVOKED:
            return InviteStatus.REVOKED
        if self.state is InviteState.DECLINED:
            return InviteStatus.DECLINED
        if self.exhausted:
            return InviteStatus.ACCEPTED if self.is_direct else InviteStatus.USED_UP
        if self.expires_at is not None and self.expires_at <= now:
            return InviteStatus.EXPIRED
        return InviteStatus.PENDING


class InviteToken(Base):
    """One of an invite's links, as a digest. A resend adds another and leaves the older alive;
    it is counted by its `resent_at`.
    """

    __tablename__ = "invite_tokens"

    id: Mapped[Id]
    invite_id: Mapped[int] = mapped_column(ForeignKey("invites.id", ondelete="CASCADE"), index=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[Moment]
    resent_at: Mapped[Moment | None]


# What the clock has still to look at: what it has noted leaves these at once.
_NOT_ENDED = text("state = 'open' AND end_noted_at IS NULL")
_NOT_ENDING = text("state = 'open' AND ending_noted_at IS NULL")
Index("ix_invites_end", Invite.expires_at, sqlite_where=_NOT_ENDED, postgresql_where=_NOT_ENDED)
Index(
    "ix_invites_ending", Invite.expires_at, sqlite_where=_NOT_ENDING, postgresql_where=_NOT_ENDING
)


@dataclass(frozen=True, slots=True)
class Offer:
    """What an inviter asks for: `ttl` None is never, `max_uses` 0 is unlimited. `listed`: to one of
    a list, which was looked through. `asks`: an admin decides about whoever accepts.

    An offer to one `invitee`, or to whoever proves the `claim`, is used once, whatever `max_uses`
    says.
    """

    role: Role = Role.MEMBER
    label: str | None = None
    ttl: timedelta | None = DEFAULT_TTL
    max_uses: int = 1
    note: str | None = None
    title: str | None = None
    invitee: Person | None = None
    claim: str | None = None
    listed: bool = False
    asks: bool = False

    @property
    def is_direct(self) -> bool:
        return self.invitee is not None or self.claim is not None


def create_invite(
    session: Session, actor: Actor, *, group: Group, offer: Offer, now: datetime
) -> tuple[Invite, str]:
    """Make an invite and its first token, which is told this once and never again.

    Raises Forbidden, NotFound, or Invalid for a lifetime, number of uses or note out of bounds.
    """
    check_offer(session, actor, group=group, offer=offer)
    invite = new_invite(actor, group=group, offer=offer, now=now)
    session.add(invite)
    session.flush()
    token = add_token(session, invite, now=now)
    count(session, Deed.SENT, invite_id=invite.id, group_id=group.id, now=now)
    note(
        session,
        actor,
        action="invite.created",
        group=group,
        now=now,
        subject=invite.public_id,
        role=offer.role.value,
    )
    return invite, token


def check_offer(session: Session, actor: Actor, *, group: Group, offer: Offer) -> None:
    """Raises what `create_invite` raises."""
    role = require(session, actor, Permission.INVITE, group)
    require_grant(session, actor, offer.role, group, label=offer.label)
    _check_bounds(offer, may_last_for_ever=role is Role.OWNER)


def new_invite(actor: Actor, *, group: Group, offer: Offer, now: datetime) -> Invite:
    """The row of an offer that was checked."""
    return Invite(
        public_id=new_public_id("inv"),
        group_id=group.id,
        inviter_id=actor.person.id,
        invitee_id=offer.invitee.id if offer.invitee else None,
        role=offer.role,
        label=offer.label,
        claim=offer.claim,
        title=clean_name(offer.title) if offer.title else None,
        note=_clean_note(offer.note),
        listed=offer.listed,
        asks=offer.asks,
        by_system_admin=actor.system_admin,
        state=InviteState.OPEN,
        max_uses=1 if offer.is_direct else offer.max_uses,
        created_at=now,
        expires_at=now + offer.ttl if offer.ttl else None,
    )


def add_token(session: Session, invite: Invite, *, now: datetime, resent: bool = False) -> str:
    """Another link to the same invite; the token in the clear."""
    token = new_token()
    resent_at = now if resent else None
    session.add(
        InviteToken(invite_id=invite.id, digest=digest(token), created_at=now, resent_at=resent_at)
    )
    return token


def get_invite(session: Session, actor: Actor, *, public_id: str, permission: Permission) -> Invite:
    """The invite with its group, locked. An id of others looks like one that does not exist.

    Raises NotFound, or Forbidden to somebody whose role in its group is too low.
    """
    invite = session.scalar(_by_public_id(public_id)) if is_public_id(public_id) else None
    if invite is None or standing(session, actor, invite.group) is None:
        raise NotFound("no_such_invite", invite=public_id)
    require(session, actor, permission, invite.group)
    return invite


def status_at(now: datetime) -> ColumnElement[str]:
    """`Invite.status` as SQL."""
    exhausted = and_(Invite.max_uses != UNLIMITED, Invite.uses >= Invite.max_uses)
    return case(
        (Invite.state == InviteState.REVOKED, InviteStatus.REVOKED.value),
        (Invite.state == InviteState.DECLINED, InviteStatus.DECLINED.value),
        (
            and_(exhausted, Invite.invitee_id.is_(None), Invite.claim.is_(None)),
            InviteStatus.USED_UP.value,
        ),
        (exhausted, InviteStatus.ACCEPTED.value),
        (Invite.expires_at <= now, InviteStatus.EXPIRED.value),
        else_=InviteStatus.PENDING.value,
    )


def _by_public_id(public_id: str) -> Select[Invite]:
    return (
        select(Invite)
        .where(Invite.public_id == public_id)
        .options(joinedload(Invite.group, innerjoin=True))
        .with_for_update(of=Invite)
    )


def _check_bounds(offer: Offer, *, may_last_for_ever: bool) -> None:
    if offer.ttl is None and not may_last_for_ever:
        raise Forbidden("never_is_for_owners")
    if offer.ttl is not None and not SHORTEST_TTL <= offer.ttl <= LONGEST_TTL:
        raise Invalid("ttl_out_of_bounds", shortest=SHORTEST_TTL, longest=LONGEST_TTL)
    if not 0 <= offer.max_uses <= MOST_USES:
        raise Invalid("uses_out_of_bounds", most=MOST_USES)
    if offer.asks and offer.is_direct:
        raise Invalid("asks_by_link_only")


def _clean_note(text: str | None) -> str | None:
    cleaned = clean_text(text or "")
    if cut(cleaned, NOTE_LIMIT) != cleaned:
        raise Invalid("note_too_long", limit=NOTE_LIMIT)
    return cleaned or None
