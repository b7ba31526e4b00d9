"""Another link to an invite: of the older ones only digests are kept, so none can be shown."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import Actor, MemberState, Permission, require_grant
from core.audit import note
from core.errors import Conflict, Limited
from core.invites import Invite, InviteStatus, InviteToken, add_token, get_invite
from core.invites.adopting import why_void
from core.members import find_member
from core.people import Person

WINDOW = timedelta(hours=24)
LINKS_A_DAY = 20


def show_link(
    session: Session, actor: Actor, *, public_id: str, now: datetime
) -> tuple[Invite, str]:
    """The invite and a fresh token; nothing else about it changes, and its older links work on.

    Raises NotFound, Forbidden where the actor could not make this invite, Conflict for one that
    is over, or whose inviter may not give it any more, Limited after twenty links in 24 hours.
    """
    invite = get_handed_out(session, actor, public_id=public_id)
    status = invite.status(now)
    if status is not InviteStatus.PENDING:
        raise Conflict(f"link_{status.value}", invite=public_id, group_id=invite.group_id)
    get_invitee(session, invite)
    check_stands(session, actor, invite)
    recent = InviteToken.invite_id == invite.id, InviteToken.created_at > now - WINDOW
    if session.scalars(select(func.count()).where(*recent)).one() >= LINKS_A_DAY:
        raise Limited("too_many_links", invite=public_id, most=LINKS_A_DAY)
    token = add_token(session, invite, now=now)
    action = "invite.link_shown"
    note(session, actor, action=action, group=invite.group, now=now, subject=public_id)
    return invite, token


def get_handed_out(session: Session, actor: Actor, *, public_id: str) -> Invite:
    """The invite, locked, for somebody who could make it: a link gives its role to whoever has it.

    Raises NotFound, Forbidden.
    """
    invite = get_invite(session, actor, public_id=public_id, permission=Permission.INVITE)
    require_grant(session, actor, invite.role, invite.group, label=invite.label)
    return invite


def check_stands(session: Session, actor: Actor, invite: Invite) -> None:
    """Raises Conflict when its inviter may not give it any more: no link to it opens then."""
    if why_void(session, invite, actor.system_admins) is not None:
        inviter = session.get_one(Person, invite.inviter_id)
        raise Conflict(
            "resend_void",
            invite=invite.public_id,
            inviter=inviter.name,
            group_id=invite.group_id,
        )


def get_invitee(session: Session, invite: Invite) -> Person | None:
    """Whom it is bound to. Raises Conflict when they are in by now."""
    if invite.invitee_id is None:
        return None
    person = session.get_one(Person, invite.invitee_id)
    member = find_member(session, person_id=person.id, group_id=invite.group_id)
    if member is None or member.state is not MemberState.ACTIVE:
        return person
    group = invite.group
    raise Conflict("resend_member", person=person.name, group=group.name, group_id=group.id)
