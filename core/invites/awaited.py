"""Whose answer an invite waits for."""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from core.access import Member, MemberState
from core.invites import Invite
from core.invites.blocks import without_blocked
from core.invites.views import InviteView


def list_awaited(session: Session, invite_id: int) -> list[int]:
    """Person ids: whom it is bound to, or who has looked at it, has not declined and is not in."""
    invite = session.get(Invite, invite_id)
    if invite is None:
        return []
    decided = exists().where(
        Member.person_id == InviteView.person_id,
        Member.group_id == invite.group_id,
        Member.state.in_((MemberState.ACTIVE, MemberState.BANNED)),
    )
    looked = select(InviteView.person_id).where(
        InviteView.invite_id == invite_id, InviteView.declined_at.is_(None), ~decided
    )
    awaited = [invite.invitee_id] if invite.invitee_id else list(session.scalars(looked))
    return without_blocked(session, awaited, group_id=invite.group_id)
