"""Redemption: one use of an invite. Opening, accepting and declining what one was offered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BindParameter,
    ForeignKey,
    Index,
    UniqueConstraint,
    bindparam,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column
from sqlalchemy.orm.attributes import set_committed_value

from core.access import (
    Actor,
    Member,
    MemberState,
    Permission,
    allows,
    is_archived,
    may_grant,
    role_in,
)
from core.audit import note
from core.bindings import check_bound
from core.errors import Conflict, CoreError, Forbidden, NotFound
from core.facts import MemberJoined
from core.guesses import SUSPECT_AFTER, count_recent, miss
from core.invite_deeds import Deed, count
from core.invites import UNLIMITED, Invite, InviteState, InviteStatus, InviteToken
from core.members import admit, find_member
from core.model import Base, Id, Moment, change, insert_new
from core.outbox import record
from core.people import keys_of, lock_person
from core.tokens import digest, is_public_id, is_token


class InviteView(Base):
    """That a person was shown an invite by its token, and so may answer it by its public id."""

    __tablename__ = "invite_views"
    __table_args__ = (UniqueConstraint("invite_id", "person_id"),)

    id: Mapped[Id]
    invite_id: Mapped[int] = mapped_column(ForeignKey("invites.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    seen_at: Mapped[Moment]
    declined_at: Mapped[Moment | None]


class Redemption(Base):
    """One use of an invite by one person. `checked_days` is after how many days it was last looked
    whether they are still there.
    """

    __tablename__ = "redemptions"
    __table_args__ = (UniqueConstraint("invite_id", "person_id"),)

    id: Mapped[Id]
    invite_id: Mapped[int] = mapped_column(ForeignKey("invites.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[Moment]
    checked_days: Mapped[int | None]


# Who is still to be looked after: a week after they joined, and a month after.
_UNCHECKED = text("checked_days IS NULL")
_CHECKED_ONCE = text("checked_days = 7")
Index(
    "ix_redemptions_week",
    Redemption.created_at,
    sqlite_where=_UNCHECKED,
    postgresql_where=_UNCHECKED,
)
Index(
    "ix_redemptions_month",
    Redemption.created_at,
    sqlite_where=_CHECKED_ONCE,
    postgresql_where=_CHECKED_ONCE,
)

_ME: BindParameter[int] = bindparam("person_id")
_INVITE = (
    select(Invite)
    .options(joinedload(Invite.group, innerjoin=True), joinedload(Invite.inviter, innerjoin=True))
    .with_for_update(of=Invite)
)
_BY_TOKEN = _INVITE.join(InviteToken, InviteToken.invite_id == Invite.id).where(
    InviteToken.digest == bindparam("digest")
)
_BY_PUBLIC_ID = _INVITE.where(
    Invite.public_id == bindparam("public_id"),
    or_(
        Invite.invitee_id == _ME,
        Invite.id.in_(select(InviteView.invite_id).where(InviteView.person_id == _ME)),
    ),
)
_USE_UP_ONE = (
    update(Invite)
    .where(
        Invite.id == bindparam("invite_id"),
        Invite.state == InviteState.OPEN,
        or_(Invite.expires_at.is_(None), Invite.expires_at > bindparam("now")),
        or_(Invite.max_uses == UNLIMITED, Invite.uses < Invite.max_uses),
    )
    .values(uses=Invite.uses + 1)
)


@dataclass(frozen=True, slots=True)
class Answer:
    """The invite with its group and inviter, and whether the actor is a member already."""

    invite: Invite
    already_member: bool


def open_invite(session: Session, actor: Actor, *, code: str, now: datetime) -> Answer:
    """What the invite behind `code` offers. Uses nothing up; remembers who has seen it.

    `code` is a token, or the public id of an invite that the actor was shown before.
    Raises NotFound for what opens nothing, Forbidden for what is not the actor's, Conflict for an
    invite that is over, Limited for guessing.
    """
    invite = _offered(session, actor, code=code, now=now)
    show_invite(session, actor, invite, now=now)
    member = find_member(session, person_id=actor.person.id, group_id=invite.group_id)
    if _is_active(member):
        return Answer(invite, already_member=True)
    _check_open(session, actor, invite, member, now=now)
    return Answer(invite, already_member=False)


def accept_invite(session: Session, actor: Actor, *, code: str, now: datetime) -> Answer:
    """Join the group that the invite offers; a member stays one and uses nothing.

    Raises as `open_invite` does.
    """
    lock_person(session, actor.person)
    invite = _offered(session, actor, code=code, now=now)
    member = find_member(session, person_id=actor.person.id, group_id=invite.group_id)
    if _is_active(member):
        return Answer(invite, already_member=True)
    _check_open(session, actor, invite, member, now=now)
    _use_up_one(session, actor, invite, now=now)
    _join(session, actor, invite, member, now=now)
    return Answer(invite, already_member=False)


def decline_invite(session: Session, actor: Actor, *, code: str, now: datetime) -> Answer:
    """Say no. A direct invite is over with that; a link stays open, for others and for a change of
    mind. Raises as `open_invite` does.
    """
    invite = _offered(session, actor, code=code, now=now)
    member = find_member(session, person_id=actor.person.id, group_id=invite.group_id)
    if _is_active(member):
        return Answer(invite, already_member=True)
    _check_open(session, actor, invite, member, now=now)
    if invite.invitee_id is not None:
        invite.state = InviteState.DECLINED
        show_invite(session, actor, invite, now=now)
    view = (InviteView.invite_id == invite.id, InviteView.person_id == actor.person.id)
    first = update(InviteView).where(*view, InviteView.declined_at.is_(None))
    if change(session, first.values(declined_at=now)):
        _count(session, Deed.DECLINED, invite, now=now)
    _note(session, actor, invite, action="invite.declined", now=now)
    return Answer(invite, already_member=False)


def show_invite(session: Session, actor: Actor, invite: Invite, *, now: datetime) -> None:
    """Remember that the actor was shown the invite, and may answer it by its public id."""
    seen = {"invite_id": invite.id, "person_id": actor.person.id, "seen_at": now}
    if insert_new(session, InviteView, [seen], key=("invite_id", "person_id")):
        _count(session, Deed.SEEN, invite, now=now)


def _count(session: Session, deed: Deed, invite: Invite, *, now: datetime) -> None:
    count(session, deed, invite_id=invite.id, group_id=invite.group_id, now=now)


def _offered(session: Session, actor: Actor, *, code: str, now: datetime) -> Invite:
    guesser = f"person:{actor.person.id}"
    misses = count_recent(session, guesser, now=now)
    invite = _find(session, actor, code)
    unknown = NotFound("invite_unknown", aftermath=miss(guesser, now=now))
    if invite is None:
        raise unknown
    if misses >= SUSPECT_AFTER and invite.status(now) is not InviteStatus.PENDING:
        raise unknown
    check_bound(session, actor, invite, now=now)
    return invite


def _find(session: Session, actor: Actor, code: str) -> Invite | None:
    if is_token(code):
        return session.scalar(_BY_TOKEN, {"digest": digest(code)})
    if is_public_id(code):
        return session.scalar(_BY_PUBLIC_ID, {"public_id": code, "person_id": actor.person.id})
    return None


def _check_open(
    session: Session, actor: Actor, invite: Invite, member: Member | None, *, now: datetime
) -> None:
    if member is not None and member.state is MemberState.BANNED:
        raise Forbidden("banned", group=invite.group.name)
    status = invite.status(now)
    if status is not InviteStatus.PENDING:
        raise _over(invite, status)
    if is_archived(session, invite.group_id):
        raise _refusal(invite, "invite_archived")
    if _predates_removal(invite, member) or not _still_stands(session, actor, invite):
        raise _refusal(invite, "invite_void")


def _predates_removal(invite: Invite, member: Member | None) -> bool:
    """Somebody who was removed does not come back by a link from before."""
    if member is None or member.state is not MemberState.REMOVED or member.ended_at is None:
        return False
    return invite.created_at <= member.ended_at


def _still_stands(session: Session, actor: Actor, invite: Invite) -> bool:
    """Whether the inviter could still give this invite today."""
    if invite.by_system_admin and actor.system_admins & keys_of(session, invite.inviter_id):
        return True
    role = role_in(session, invite.inviter_id, invite.group_id)
    return allows(role, Permission.INVITE) and may_grant(role, invite.role)


def _use_up_one(session: Session, actor: Actor, invite: Invite, *, now: datetime) -> None:
    row = {"invite_id": invite.id, "person_id": actor.person.id, "created_at": now}
    if not insert_new(session, Redemption, [row], key=("invite_id", "person_id")):
        return  # who left and comes back by the same link has used it once
    if not change(session, _USE_UP_ONE, {"invite_id": invite.id, "now": now}):
        session.refresh(invite, ["uses", "state", "expires_at"])
        raise _over(invite, invite.status(now))
    if invite.invitee_id is not None:  # the card that came by itself is seen when it is answered
        show_invite(session, actor, invite, now=now)
    _count(session, Deed.ACCEPTED, invite, now=now)
    set_committed_value(invite, "uses", invite.uses + 1)  # the row is locked since it was read


def _join(
    session: Session, actor: Actor, invite: Invite, member: Member | None, *, now: datetime
) -> None:
    admit(
        session,
        member,
        person=actor.person,
        group=invite.group,
        role=invite.role,
        label=invite.label,
        now=now,
    )
    if actor.person.current_group_id is None:
        actor.person.current_group_id = invite.group_id
    _note(session, actor, invite, action="invite.accepted", now=now)
    joined = MemberJoined(group_id=invite.group_id, person_id=actor.person.id, invite_id=invite.id)
    record(session, joined, now=now)


def _note(session: Session, actor: Actor, invite: Invite, *, action: str, now: datetime) -> None:
    note(session, actor, action=action, group=invite.group, now=now, subject=invite.public_id)


def _is_active(member: Member | None) -> bool:
    return member is not None and member.state is MemberState.ACTIVE


def _over(invite: Invite, status: InviteStatus) -> CoreError:
    return _refusal(invite, f"invite_{status.value}")


def _refusal(invite: Invite, code: str) -> CoreError:
    return Conflict(code, inviter=invite.inviter.name, group=invite.group.name)
