"""Resending: the same invite once more, with a new link and its lifetime from the start."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import note
from core.errors import Conflict, Limited
from core.facts import PersonInvited
from core.invites import Invite, InviteStatus, InviteToken, add_token
from core.invites.links import WINDOW, check_stands, get_handed_out, get_invitee
from core.invites.texting import send_invite
from core.outbox import record
from core.people import Person, is_reachable

RESENDS_A_DAY = 3
RENEWABLE = (InviteStatus.PENDING, InviteStatus.EXPIRED)


@dataclass(frozen=True, slots=True)
class Resent:
    """The invite with its new token; `told` is whether its person gets the card in private."""

    invite: Invite
    token: str
    invitee: Person | None
    told: bool


def resend_invite(session: Session, actor: Actor, *, public_id: str, now: datetime) -> Resent:
    """Refresh the invite, also one that has expired: older links of it work again too.

    Raises NotFound, Forbidden where the actor could not make this invite, Conflict for one that
    is over otherwise, or whose inviter may not give it any more, Limited after three times in 24
    hours.
    """
    invite = get_handed_out(session, actor, public_id=public_id)
    status = invite.status(now)
    if status not in RENEWABLE:
        raise Conflict(f"resend_{status.value}", invite=public_id, group_id=invite.group_id)
    invitee = get_invitee(session, invite)
    check_stands(session, actor, invite)
    _check_rate(session, invite, now=now)
    lifetime = invite.lifetime
    invite.refreshed_at = now
    invite.expires_at = now + lifetime if lifetime else None
    invite.ending_noted_at = invite.end_noted_at = None
    token = add_token(session, invite, now=now, resent=True)
    note(session, actor, action="invite.resent", group=invite.group, now=now, subject=public_id)
    return Resent(invite, token, invitee, told=_tell(session, invite, now=now))


def _tell(session: Session, invite: Invite, *, now: datetime) -> bool:
    person_id = invite.invitee_id
    if send_invite(session, invite, now=now):
        return True
    if person_id is None or not is_reachable(session, person_id):
        return False
    asked = PersonInvited(group_id=invite.group_id, invite_id=invite.id, person_id=person_id)
    record(session, asked, now=now)
    return True


def _check_rate(session: Session, invite: Invite, *, now: datetime) -> None:
    recent = InviteToken.invite_id == invite.id, InviteToken.resent_at > now - WINDOW
    if session.scalars(select(func.count()).where(*recent)).one() >= RESENDS_A_DAY:
        raise Limited("resent_too_often", invite=invite.public_id, most=RESENDS_A_DAY)
