"""Deciding about who asks to come in: by an admin, and what an approval makes of them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from core.access import Actor, Member, MemberState, Origin, Permission, require, require_grant
from core.chats.entrances import show_rooms
from core.chats.requests import (
    JoinRequest,
    RequestState,
    close,
    get_request,
    note_request,
    settle_asks,
    tell_platform,
)
from core.errors import Conflict, CoreError
from core.facts import MemberJoined, RequestSettled
from core.invites import Invite
from core.invites.offered import check_open
from core.invites.redemptions import redeem
from core.members import admit, lock_member, lock_members, stand_in
from core.outbox import record
from core.people import lock_person


def decide_request(
    session: Session, actor: Actor, *, public_id: str, let_in: bool, now: datetime
) -> tuple[JoinRequest, bool]:
    """Let them in, as `JoinRequest.role` says, or turn them away. The request, and whether this
    decided it: of two admins who decide at once the first does, and the second learns who it was.

    Raises NotFound, Forbidden, also for a role that the actor may not give, or Conflict when who
    asked is banned from the group.
    """
    request = get_request(session, actor, public_id)
    lock_members(session, request.group)
    require(session, actor, Permission.ANSWER_REQUESTS, request.group)
    lock_person(session, request.person)
    member = lock_member(session, person_id=request.person.id, group_id=request.group.id)
    if let_in and member is not None and member.state is MemberState.BANNED:
        raise Conflict("person_banned", person=request.person.name, group=request.group.name)
    state = RequestState.APPROVED if let_in else RequestState.DECLINED
    if not close(session, request, state, by=actor.person, now=now):
        return request, False
    tell_platform(session, request, let_in=let_in, now=now)
    record(session, RequestSettled(group_id=request.group.id, request=public_id), now=now)
    note_request(session, actor, request, action=f"request.{state.value}", now=now)
    if let_in:
        _take_in(session, actor, request, member, now=now)
    return request, True


def _take_in(
    session: Session, actor: Actor, request: JoinRequest, member: Member | None, *, now: datetime
) -> None:
    """And into the other rooms, unless they are a member already and keep their role."""
    if member is not None and member.state is MemberState.ACTIVE:
        return
    if not _redeem(session, actor, request, member, now=now):
        _admit(session, request, member, now=now)


def _redeem(
    session: Session, actor: Actor, request: JoinRequest, member: Member | None, *, now: datetime
) -> bool:
    """Whether they came in by the invite that had them ask first; it may be over by now."""
    if request.invite is None or not request.invite.asks:
        return False
    invite = session.scalars(_lock(request.invite.id)).one()
    newcomer = Actor(request.person, request.identity.platform, actor.system_admins)
    try:
        check_open(session, newcomer, invite, member, now=now)
    except CoreError:
        return False
    require_grant(session, actor, invite.role, invite.group, label=invite.label)
    redeem(session, newcomer, invite, member, now=now)
    return True


def _lock(invite_id: int) -> Select[Invite]:
    return (
        select(Invite)
        .where(Invite.id == invite_id)
        .options(
            joinedload(Invite.group, innerjoin=True), joinedload(Invite.inviter, innerjoin=True)
        )
        .with_for_update(of=Invite)
        .execution_options(populate_existing=True)
    )


def _admit(session: Session, request: JoinRequest, member: Member | None, *, now: datetime) -> None:
    person, group = request.person, request.group
    admit(
        session,
        member,
        person=person,
        group=group,
        role=request.least_role,
        origin=Origin.REQUEST,
        now=now,
    )
    stand_in(session, person, group.id)
    record(session, MemberJoined(group_id=group.id, person_id=person.id, invite_id=None), now=now)
    show_rooms(session, person_id=person.id, group_id=group.id, by_room=request.chat_id, now=now)
    settle_asks(session, person_id=person.id, group_id=group.id, now=now)
