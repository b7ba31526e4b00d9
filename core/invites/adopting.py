"""An invite whose inviter fell: it is void, until an admin makes it their own."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Actor, Permission, allows, may_grant, require_grant, role_in
from core.audit import note
from core.errors import Conflict
from core.invites import Invite, InviteStatus, get_invite
from core.people import keys_of


def why_void(session: Session, invite: Invite, system_admins: frozenset[str]) -> str | None:
    """Why the inviter could not give this invite any more, as the code of a refusal, or None."""
    if invite.by_system_admin and system_admins & keys_of(session, invite.inviter_id):
        return None
    role = role_in(session, invite.inviter_id, invite.group_id)
    if not allows(role, Permission.INVITE):
        return "invite_void"
    return None if may_grant(role, invite.role) else "invite_role_void"


def adopt_invite(session: Session, actor: Actor, *, public_id: str, now: datetime) -> Invite:
    """The invite is the actor's from now on, as if they had given it; its links work again.

    Raises NotFound, Forbidden for a role that the actor may not give, or Conflict for an invite
    that is over, or whose inviter still stands.
    """
    invite = get_invite(session, actor, public_id=public_id, permission=Permission.INVITE)
    if invite.status(now) is not InviteStatus.PENDING:
        raise Conflict("adopt_over", invite=public_id)
    require_grant(session, actor, invite.role, invite.group, label=invite.label)
    if why_void(session, invite, actor.system_admins) is None:
        raise Conflict("adopt_needless", invite=public_id)
    before, invite.inviter_id = invite.inviter_id, actor.person.id
    invite.by_system_admin = actor.system_admin
    note(
        session,
        actor,
        action="invite.adopted",
        group=invite.group,
        now=now,
        subject=public_id,
        person=before,
    )
    return invite
