"""Declining: no to an invite, and the reason, which goes to the inviter."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import note
from core.errors import Invalid, NotFound
from core.facts import InviteDeclined
from core.invites import Invite, InviteState
from core.invites.deeds import Deed, count
from core.invites.offered import check_open, find_offered, find_shown
from core.invites.redemptions import Answer
from core.invites.views import REASON_LIMIT, InviteView, find_view, remember_view
from core.members import find_member
from core.names import clean_text, cut
from core.outbox import record


def decline_invite(session: Session, actor: Actor, *, code: str, now: datetime) -> Answer:
    """Say no. A direct invite is over with that, and its inviter hears of it; a link stays open,
    for others and for a change of mind. Raises as `open_invite` does.
    """
    invite = find_offered(session, actor, code=code, now=now)
    member = find_member(session, person_id=actor.person.id, group_id=invite.group_id)
    if member is not None and member.is_active:
        return Answer(invite, already_member=True)
    check_open(session, actor, invite, member, now=now)
    view = _view(session, actor, invite, now)
    if view.declined_at is not None:
        return Answer(invite, already_member=False)
    view.declined_at = now
    count(session, Deed.DECLINED, invite_id=invite.id, group_id=invite.group_id, now=now)
    if invite.invitee_id is not None:
        invite.state = InviteState.DECLINED
        _tell(session, actor, invite, now)
    subject = invite.public_id
    note(session, actor, action="invite.declined", group=invite.group, now=now, subject=subject)
    return Answer(invite, already_member=False)


def give_reason(
    session: Session, actor: Actor, *, public_id: str, reason: str, now: datetime
) -> Invite:
    """Say why, after declining; the inviter hears of it. Once: what is said is said.

    Raises NotFound for an invite that the actor has not declined, Invalid for a reason that is
    too long or blank, Limited.
    """
    words = clean_text(reason)
    if not words or cut(words, REASON_LIMIT) != words:
        raise Invalid("note_too_long", limit=REASON_LIMIT)
    invite = find_shown(session, actor, public_id=public_id, now=now)
    view = find_view(session, invite_id=invite.id, person_id=actor.person.id)
    if view is None or view.declined_at is None:
        raise NotFound("not_declined")
    if view.reason is None:
        view.reason = words
        _tell(session, actor, invite, now)
    return invite


def _view(session: Session, actor: Actor, invite: Invite, now: datetime) -> InviteView:
    """There is one now, also for who was invited by name and never opened a link."""
    remember_view(session, invite, person_id=actor.person.id, now=now)
    view = find_view(session, invite_id=invite.id, person_id=actor.person.id)
    assert view is not None
    return view


def _tell(session: Session, actor: Actor, invite: Invite, now: datetime) -> None:
    person_id = actor.person.id
    fact = InviteDeclined(group_id=invite.group_id, invite_id=invite.id, person_id=person_id)
    record(session, fact, now=now)
