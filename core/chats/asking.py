"""Asking to come in: who was refused at the door, or is to ask first, and an admin who decides."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import note
from core.chats.requests import JoinRequest, RequestState, find_request, whole
from core.errors import Conflict, CoreError
from core.facts import RequestMade
from core.invites import Invite
from core.invites.bindings import check_bound
from core.invites.offered import check_open, find_shown
from core.members import find_member
from core.outbox import record
from core.people import Identity, lock_person
from core.tokens import new_public_id

ASK_AGAIN = timedelta(days=1)


def ask_for_invite(
    session: Session, actor: Actor, *, public_id: str, now: datetime
) -> tuple[JoinRequest, bool]:
    """Ask the admins for a new invite in place of one that did not open. The request, and whether
    it is new: one person asks once a day about one invite, and waits for one answer at a time.

    Raises NotFound for what the actor was never shown, Conflict for a member or for an invite that
    still works, Limited for guessing.
    """
    lock_person(session, actor.person)
    invite = find_shown(session, actor, public_id=public_id, now=now)
    member = find_member(session, person_id=actor.person.id, group_id=invite.group_id)
    if member is not None and member.is_active:
        raise Conflict("ask_member", group=invite.group.name)
    if _is_theirs(session, actor, invite, now):
        try:
            check_open(session, actor, invite, member, now=now)
        except CoreError:
            pass  # as it should be
        else:
            raise Conflict("ask_needless", invite=public_id)
    return ask_to_join(session, actor, invite=invite, now=now)


def _is_theirs(session: Session, actor: Actor, invite: Invite, now: datetime) -> bool:
    try:
        check_bound(session, actor, invite, now=now)
    except CoreError:
        return False
    return True


def ask_to_join(
    session: Session, actor: Actor, *, invite: Invite, now: datetime
) -> tuple[JoinRequest, bool]:
    """Have the group's admins decide about the actor. The request, and whether it is new.

    Asks no permission. `invite` is locked, with its group; call `lock_person` before that.
    """
    asked = _asked_before(session, actor, invite, now)
    if asked is not None:
        return asked, False
    identity = _own_identity(session, actor)
    public_id = new_public_id("req")
    session.add(
        JoinRequest(
            public_id=public_id,
            group_id=invite.group_id,
            invite_id=invite.id,
            identity_id=identity.id,
            state=RequestState.OPEN,
            reply_address="",
            reply_until=now,
            asked_at=now,
        )
    )
    session.flush()
    record(session, RequestMade(group_id=invite.group_id, request=public_id), now=now)
    about = {"subject": public_id, "invite": invite.public_id}
    note(session, actor, action="request.made", group=invite.group, now=now, **about)
    request = find_request(session, public_id)
    assert request is not None
    return request, True


def _asked_before(
    session: Session, actor: Actor, invite: Invite, now: datetime
) -> JoinRequest | None:
    """What waits for an answer in this group, or was asked about this invite within a day."""
    waits = JoinRequest.state == RequestState.OPEN
    recent = (JoinRequest.invite_id == invite.id) & (JoinRequest.asked_at > now - ASK_AGAIN)
    query = (
        whole()
        .join(Identity, Identity.id == JoinRequest.identity_id)
        .where(
            Identity.person_id == actor.person.id,
            JoinRequest.group_id == invite.group_id,
            JoinRequest.chat_id.is_(None),
            waits | recent,
        )
    )
    return session.scalar(query.order_by(JoinRequest.id.desc()).limit(1))


def _own_identity(session: Session, actor: Actor) -> Identity:
    """The one that they ask by, where they have it, else their first."""
    theirs = select(Identity).where(Identity.person_id == actor.person.id)
    by_front_end = (Identity.platform != actor.via, Identity.id)
    return session.scalars(theirs.order_by(*by_front_end).limit(1)).one()
