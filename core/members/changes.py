"""MemberChange: a role changed or a membership ended by somebody else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from core.access import (
    LABEL_LIMIT,
    Actor,
    Member,
    MemberState,
    Permission,
    Role,
    may_act_on,
    rank_of,
    require,
    require_grant,
)
from core.audit import note
from core.chats.link_fates import end_links_of_person
from core.errors import Forbidden, Invalid, NotFound
from core.facts import MemberChanged, RoomBanLifted
from core.groups import Group
from core.members import keep_an_owner, lock_member, lock_members
from core.model import Base, Id, Moment, choice
from core.outbox import record
from core.people.selves import selves_of
from core.tokens import new_public_id


class Sanction(StrEnum):
    """What is done to somebody in the group's rooms as well."""

    KICK = "kick"
    BAN = "ban"


class MemberChange(Base):
    """What a member was and what they became. It can be undone for a while.

    `room` is what was done to them in the group's rooms after that.
    """

    __tablename__ = "member_changes"
    __table_args__ = (Index(None, "member_id", "id"),)

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    actor_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    old_role: Mapped[Role] = mapped_column(choice(Role, "old_role"))
    old_label: Mapped[str | None] = mapped_column(String(LABEL_LIMIT))
    old_state: Mapped[MemberState] = mapped_column(choice(MemberState, "old_state"))
    old_ended_at: Mapped[Moment | None]
    new_role: Mapped[Role] = mapped_column(choice(Role, "new_role"))
    new_label: Mapped[str | None] = mapped_column(String(LABEL_LIMIT))
    new_state: Mapped[MemberState] = mapped_column(choice(MemberState, "new_state"))
    room: Mapped[Sanction | None] = mapped_column(choice(Sanction, "room"))
    created_at: Mapped[Moment]
    undone_at: Mapped[Moment | None]

    member: Mapped[Member] = relationship(lazy="raise", innerjoin=True)

    def is_as_left(self, member: Member) -> bool:
        """Whether the member is still what this change made of them."""
        ended_at = None if self.new_state is MemberState.ACTIVE else self.created_at
        return (
            (member.role, member.label, member.state)
            == (self.new_role, self.new_label, self.new_state)
            and member.ended_at == ended_at
            and member.joined_at <= self.created_at
        )


def change_role(
    session: Session,
    actor: Actor,
    *,
    group: Group,
    person_id: int,
    role: Role,
    label: str | None = None,
    now: datetime,
) -> MemberChange | None:
    """Give a member another role; None when they have it already.

    Raises Forbidden when the actor stands too low for the member as they are or for the new role,
    NotFound, or Conflict for the last owner.
    """
    member, _ = reach_member(session, actor, Permission.CHANGE_ROLE, group, person_id)
    if member.state is not MemberState.ACTIVE:
        raise NotFound("who_not_here", group=group.name)
    require_grant(session, actor, role, group, label=label)
    if (member.role, member.label) == (role, label):
        return None
    if role is not Role.OWNER:
        keep_an_owner(session, actor, member, group)
    made = _begin(actor, member, now=now)
    member.role, member.label = role, label
    return _finish(session, actor, made, member, group, action="member.role_changed", now=now)


def remove_member(
    session: Session,
    actor: Actor,
    *,
    group: Group,
    person_id: int,
    ban: bool = False,
    now: datetime,
) -> MemberChange:
    """End somebody's membership; a ban also keeps them from coming back, even who has left before.

    Raises Forbidden when they do not stand below the actor, NotFound, Invalid for oneself, or
    Conflict for the last owner.
    """
    member, _ = reach_member(session, actor, Permission.REMOVE_MEMBER, group, person_id)
    if person_id == actor.person.id:
        raise Invalid("remove_yourself")
    banned = member.state is MemberState.BANNED
    if banned or (member.state is not MemberState.ACTIVE and not ban):
        raise NotFound("who_not_here", group=group.name)
    keep_an_owner(session, actor, member, group)
    state = MemberState.BANNED if ban else MemberState.REMOVED
    action = "member.banned" if ban else "member.removed"
    return end_membership(session, actor, member, group, state=state, action=action, now=now)


def lift_ban(
    session: Session, actor: Actor, *, group: Group, person_id: int, now: datetime
) -> MemberChange:
    """Somebody banned may be invited again. Raises Forbidden, NotFound."""
    member, _ = reach_member(session, actor, Permission.REMOVE_MEMBER, group, person_id)
    if member.state is not MemberState.BANNED:
        raise NotFound("who_not_banned", group=group.name)
    open_rooms(session, member, now=now)
    state = MemberState.REMOVED
    return end_membership(
        session, actor, member, group, state=state, action="member.unbanned", now=now
    )


def reach_member(
    session: Session, actor: Actor, permission: Permission, group: Group, person_id: int
) -> tuple[Member, Role]:
    """The member to act on and the actor's role, both as they are under the lock."""
    lock_members(session, group)
    own = require(session, actor, permission, group)
    member = lock_member(session, person_id=person_id, group_id=group.id)
    if member is None:
        raise NotFound("who_not_here", group=group.name)
    if not may_act_on(own, rank_of(session, member)):
        raise Forbidden("rank_too_high", person=member.person.name, group=group.name)
    return member, own


def end_membership(
    session: Session,
    actor: Actor,
    member: Member,
    group: Group,
    *,
    state: MemberState,
    action: str,
    now: datetime,
) -> MemberChange:
    """What `reach_member` found becomes `state`; told to them, and undone for a while."""
    made = _begin(actor, member, now=now)
    member.state, member.ended_at = state, now
    end_links_of_person(session, member.person_id, group_id=group.id, now=now)
    return _finish(session, actor, made, member, group, action=action, now=now)


def _begin(actor: Actor, member: Member, *, now: datetime) -> MemberChange:
    return MemberChange(
        public_id=new_public_id("und"),
        member=member,
        actor_id=actor.person.id,
        old_role=member.role,
        old_label=member.label,
        old_state=member.state,
        old_ended_at=member.ended_at,
        created_at=now,
    )


def _finish(
    session: Session,
    actor: Actor,
    made: MemberChange,
    member: Member,
    group: Group,
    *,
    action: str,
    now: datetime,
) -> MemberChange:
    made.new_role, made.new_label, made.new_state = member.role, member.label, member.state
    session.add(made)
    tell_change(session, actor, member, group, action=action, now=now)
    session.flush()
    return made


def tell_change(
    session: Session, actor: Actor, member: Member, group: Group, *, action: str, now: datetime
) -> None:
    note_member(
        session,
        actor,
        member,
        group,
        action=action,
        now=now,
        role=member.role.value,
        state=member.state.value,
    )
    if member.person_id != actor.person.id:
        fact = MemberChanged(group_id=group.id, person_id=member.person_id, by_id=actor.person.id)
        record(session, fact, now=now)


def note_member(
    session: Session,
    actor: Actor,
    member: Member,
    group: Group,
    *,
    action: str,
    now: datetime,
    **details: object,
) -> None:
    subject = f"person:{member.person_id}"
    note(session, actor, action=action, group=group, now=now, subject=subject, **details)


def open_rooms(session: Session, member: Member, *, now: datetime) -> None:
    """Lift the ban in the rooms, where Usher had set one: another admin's own ban stays."""
    laid = [last for one in _as_others(session, member) if (last := _room_ban(session, one))]
    for last in laid:
        last.room = None  # nothing looks at that member any more: it would be lifted once again
    if laid or _room_ban(session, member):
        fact = RoomBanLifted(group_id=member.group_id, person_id=member.person_id)
        record(session, fact, now=now)


def _as_others(session: Session, member: Member) -> Sequence[Member]:
    """The member under the names that were merged into theirs."""
    selves = selves_of(member.person_id)
    query = select(Member).where(Member.group_id == member.group_id, Member.person_id.in_(selves))
    return session.scalars(query.where(Member.id != member.id)).all()


def _room_ban(session: Session, member: Member) -> MemberChange | None:
    last = latest_change(session, member)
    return last if last is not None and last.room is Sanction.BAN else None


def latest_change(session: Session, member: Member) -> MemberChange | None:
    return session.scalar(
        select(MemberChange)
        .where(MemberChange.member_id == member.id)
        .order_by(MemberChange.id.desc())
        .limit(1)
    )
