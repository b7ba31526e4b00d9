"""How many invites a group has, and how many of them are open; at a bounded cost."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import Actor, Permission, require
from core.groups import Group
from core.invites import Invite, InviteStatus, status_at

MOST_COUNTED = 10_000


def count_invites_of(
    session: Session, actor: Actor, *, group: Group, now: datetime
) -> tuple[int, int]:
    """All and the pending ones among the newest MOST_COUNTED. Raises Forbidden, NotFound."""
    require(session, actor, Permission.LIST_INVITES, group)
    newest = (
        select(status_at(now).label("status"))
        .where(Invite.group_id == group.id)
        .order_by(Invite.id.desc())
        .limit(MOST_COUNTED)
        .subquery()
    )
    pending = func.count().filter(newest.c.status == InviteStatus.PENDING.value)
    total, still_open = session.execute(select(func.count(), pending).select_from(newest)).one()
    return total, still_open
