"""Redemption: one use of an invite. Opening and accepting what one was offered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, bindparam, or_, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.orm.attributes import set_committed_value

from core.access import Actor, Member, Origin
from core.audit import note
from core.chats.asking import ask_to_join
from core.chats.entrances import Entrance, show_rooms
from core.chats.requests import JoinRequest, settle_asks
from core.database.prepared import Prepared
from core.facts import MemberJoined
from core.invites import UNLIMITED, Invite, InviteState
from core.invites.deeds import Deed, count
from core.invites.offered import check_open, find_offered, over
from core.invites.views import remember_view
from core.members import admit, find_member, stand_in
from core.model import Base, Id, Moment, insert_new
from core.outbox import record
from core.people import lock_person


class Redemption(Base):
    """One use of an invite by one person."""

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

_INVITES = Invite.metadata.tables[Invite.__tablename__]
_USE_UP_ONE = Prepared(
    update(_INVITES)
    .where(
        _INVITES.c.id == bindparam("invite_id"),
        _INVITES.c.state == InviteState.OPEN,
        or_(_INVITES.c.expires_at.is_(None), _INVITES.c.expires_at > bindparam("now")),
        or_(_INVITES.c.max_uses == UNLIMITED, _INVITES.c.uses < _INVITES.c.max_uses),
    )
    .values(uses=_INVITES.c.uses + 1)
)


@dataclass(frozen=True, slots=True)
class Answer:
    """The invite with its group and inviter, and whether the actor is a member already. Who has
    just become one is shown into the rooms: `entrances`. Who has to ask first has a `request`
    instead.
    """

    invite: Invite
    already_member: bool
    entrances: tuple[Entrance, ...] = ()
    request: JoinRequest | None = None


def open_invite(session: Session, actor: Actor, *, code: str, now: datetime) -> Answer:
    """What the invite behind `code` offers. Uses nothing up; remembers who has seen it.

    `code` is a token, or the public id of an invite that the actor was shown before.
    Raises NotFound for what opens nothing, Forbidden for what is not the actor's, Conflict for an
    invite that is over, Limited for guessing.
    """
    invite = find_offered(session, actor, code=code, now=now)
    remember_view(session, invite, person_id=actor.person.id, now=now)
    member = find_member(session, person_id=actor.person.id, group_id=invite.group_id)
    if member is not None and member.is_active:
        return Answer(invite, already_member=True)
    check_open(session, actor, invite, member, now=now)
    return Answer(invite, already_member=False)


def accept_invite(
    session: Session, actor: Actor, *, code: str, by_room: int | None = None, now: datetime
) -> Answer:
    """Join the group that the invite offers, or ask its admins where the invite wants that.

    A member stays one and uses nothing. Who comes by the room of that id needs no way into it.

    Raises as `open_invite` does.
    """
    lock_person(session, actor.person)
    invite = find_offered(session, actor, code=code, now=now)
    member = find_member(session, person_id=actor.person.id, group_id=invite.group_id)
    if member is not None and member.is_active:
        return Answer(invite, already_member=True)
    check_open(session, actor, invite, member, now=now)
    if invite.asks:
        request, _ = ask_to_join(session, actor, invite=invite, now=now)
        return Answer(invite, already_member=False, request=request)
    return redeem(session, actor, invite, member, by_room=by_room, now=now)


def redeem(
    session: Session,
    actor: Actor,
    invite: Invite,
    member: Member | None,
    *,
    by_room: int | None = None,
    now: datetime,
) -> Answer:
    """Use the invite once for the actor, who comes in by it. Asks nothing: see `check_open`.

    The invite is locked, with its group and inviter, and so is the person. Raises Conflict for one
    that is over.
    """
    _use_up_one(session, actor, invite, now=now)
    _join(session, actor, invite, member, now=now)
    entrances = _show_rooms(session, actor, invite, by_room, now=now)
    return Answer(invite, already_member=False, entrances=entrances)


def _use_up_one(session: Session, actor: Actor, invite: Invite, *, now: datetime) -> None:
    row = {"invite_id": invite.id, "person_id": actor.person.id, "created_at": now}
    if not insert_new(session, Redemption, [row], key=("invite_id", "person_id")):
        return  # who left and comes back by the same link has used it once
    if not _USE_UP_ONE.run(session, {"invite_id": invite.id, "now": now}):
        session.refresh(invite, ["uses", "state", "expires_at"])
        raise over(actor, invite, now=now)
    if invite.invitee_id is not None:  # the card that came by itself is seen when it is answered
        remember_view(session, invite, person_id=actor.person.id, now=now)
    count(session, Deed.ACCEPTED, invite_id=invite.id, group_id=invite.group_id, now=now)
    set_committed_value(invite, "uses", invite.uses + 1)  # the row is locked since it was read
    if invite.exhausted and not invite.is_direct:
        used_up, code = "invite.used_up", invite.public_id
        note(session, actor, action=used_up, group=invite.group, now=now, subject=code)


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
        origin=Origin.INVITE,
        now=now,
    )
    stand_in(session, actor.person, invite.group_id)
    subject = invite.public_id
    note(session, actor, action="invite.accepted", group=invite.group, now=now, subject=subject)
    joined = MemberJoined(group_id=invite.group_id, person_id=actor.person.id, invite_id=invite.id)
    record(session, joined, now=now)
    settle_asks(session, person_id=actor.person.id, group_id=invite.group_id, now=now)


def _show_rooms(
    session: Session, actor: Actor, invite: Invite, by_room: int | None, *, now: datetime
) -> tuple[Entrance, ...]:
    shown = show_rooms(
        session,
        person_id=actor.person.id,
        group_id=invite.group_id,
        invite=(invite.id, invite.public_id),
        expires_at=invite.expires_at,
        by_room=by_room,
        now=now,
    )
    return tuple(shown)
