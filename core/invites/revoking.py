"""Revoking: ending invites at once, with all their links. Those who joined stay."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.access import Actor, Permission, require
from core.audit import note
from core.chats.link_fates import end_links_of_invite
from core.facts import InviteRevoked
from core.groups import Group
from core.invites import Invite, InviteState, InviteStatus, get_invite, status_at
from core.outbox import record


def revoke_invite(
    session: Session, actor: Actor, *, public_id: str, now: datetime
) -> tuple[Invite, bool]:
    """End the invite. The invite, and whether this changed anything: the second time does not.

    Raises NotFound to everybody who may not know the invite, or Forbidden.
    """
    invite = get_invite(session, actor, public_id=public_id, permission=Permission.REVOKE_INVITE)
    if invite.state is InviteState.REVOKED:
        return invite, False
    _revoke(session, actor, invite, invite.group, now=now)
    return invite, True


def count_open(session: Session, actor: Actor, *, group: Group, now: datetime) -> int:
    """How many invites `revoke_all` would end. Raises Forbidden, NotFound."""
    require(session, actor, Permission.REVOKE_INVITE, group)
    query = _open_in(group, now).with_only_columns(func.count())
    return session.scalars(query).one()


def revoke_all(session: Session, actor: Actor, *, group: Group, now: datetime) -> int:
    """End every invite of the group that could still be used; how many there were.

    Raises Forbidden, NotFound.
    """
    require(session, actor, Permission.REVOKE_INVITE, group)
    still_open = session.scalars(_open_in(group, now).order_by(Invite.id).with_for_update()).all()
    for invite in still_open:
        _revoke(session, actor, invite, group, now=now)
    return len(still_open)


def _revoke(session: Session, actor: Actor, invite: Invite, group: Group, *, now: datetime) -> None:
    invite.state = InviteState.REVOKED
    end_links_of_invite(session, invite.id, now=now)
    note(session, actor, action="invite.revoked", group=group, now=now, subject=invite.public_id)
    record(session, InviteRevoked(group_id=group.id, invite_id=invite.id), now=now)


def _open_in(group: Group, now: datetime) -> Select[Invite]:
    pending = status_at(now) == InviteStatus.PENDING.value
    return select(Invite).where(Invite.group_id == group.id, pending)
