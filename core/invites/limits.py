"""Limits on how many invites are made: by one inviter, to one group, and for one recipient."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ForeignKey, and_, func, literal, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.access import Actor, Permission, require
from core.audit import note
from core.errors import Forbidden, Invalid, Limited
from core.groups import Group
from core.invites import Invite
from core.members import lock_members
from core.model import Base, Moment

SHORT, DAY = timedelta(minutes=10), timedelta(days=1)
MOST_EVER = 100_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """`short` within ten minutes and `daily` within a day, made one by one; `listed` within a day
    from lists, which were looked through before.
    """

    short: int = 30
    daily: int = 200
    listed: int = 500


class InviteLimits(Base):
    """Other limits for one group, set by a system admin."""

    __tablename__ = "invite_limits"

    group_id: Mapped[int] = mapped_column(
        ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    short: Mapped[int]
    daily: Mapped[int]
    listed: Mapped[int]
    set_at: Mapped[Moment]


def allowance_of(session: Session, group: Group) -> Allowance:
    """What counts for invites to this group."""
    own = session.get(InviteLimits, group.id)
    return Allowance(own.short, own.daily, own.listed) if own else Allowance()


def set_allowance(
    session: Session, actor: Actor, *, group: Group, allowance: Allowance, now: datetime
) -> None:
    """Raises NotFound, Forbidden to all but system admins, Invalid for a number out of bounds."""
    require(session, actor, Permission.INVITE, group)
    if not actor.system_admin:
        raise Forbidden("limits_by_system_admins")
    numbers = (allowance.short, allowance.daily, allowance.listed)
    if not all(0 <= number <= MOST_EVER for number in numbers):
        raise Invalid("limit_out_of_bounds", most=MOST_EVER)
    own = session.get(InviteLimits, group.id)
    if own is None:
        own = InviteLimits(group_id=group.id)
        session.add(own)
    own.short, own.daily, own.listed = numbers
    own.set_at = now
    note(session, actor, action="limits.set", group=group, now=now, numbers=list(numbers))


def check_limits(
    session: Session,
    actor: Actor,
    *,
    group: Group,
    recipient: tuple[int | None, str | None] = (None, None),
    now: datetime,
) -> None:
    """Raises Limited where one more invite is too many: by this inviter, to this group, or for the
    recipient (person id, claim). System admins are not limited.

    Those who invite at once to one group count one after the other.
    """
    if actor.system_admin:
        return
    lock_members(session, group)
    allowed = allowance_of(session, group)
    theirs = _bound_to(*recipient)
    for most, window in ((allowed.short, SHORT), (allowed.daily, DAY)):
        if _count(session, _by(actor, listed=False), now - window, most) >= most:
            raise Limited("too_many_by_you", most=most, window=window)
        if _count(session, _to(group, listed=False), now - window, most) >= most:
            raise Limited("too_many_to_group", most=most, window=window, group=group.name)
        if theirs is not None and _count(session, theirs, now - window, most) >= most:
            raise Limited("invited_too_often", most=most, window=window)


def check_list_limits(
    session: Session, actor: Actor, *, group: Group, more: int, now: datetime
) -> None:
    """The same for `more` people of a list, by the day."""
    if actor.system_admin or not more:
        return
    lock_members(session, group)
    most, since = allowance_of(session, group).listed, now - DAY
    if _count(session, _by(actor, listed=True), since, most) + more > most:
        raise Limited("too_many_by_you", most=most, window=DAY)
    if _count(session, _to(group, listed=True), since, most) + more > most:
        raise Limited("too_many_to_group", most=most, window=DAY, group=group.name)


def _by(actor: Actor, *, listed: bool) -> ColumnElement[bool]:
    return and_(Invite.inviter_id == actor.person.id, Invite.listed.is_(listed))


def _to(group: Group, *, listed: bool) -> ColumnElement[bool]:
    return and_(Invite.group_id == group.id, Invite.listed.is_(listed))


def _bound_to(person_id: int | None, claim: str | None) -> ColumnElement[bool] | None:
    if person_id is not None:
        return Invite.invitee_id == person_id
    return Invite.claim == claim if claim is not None else None


def _count(session: Session, which: ColumnElement[bool], since: datetime, most: int) -> int:
    """As many as there are, `most` at most: a long history costs nothing."""
    found = select(literal(1)).where(which, Invite.created_at > since).limit(most).subquery()
    return session.scalars(select(func.count()).select_from(found)).one()
