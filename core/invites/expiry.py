"""Expiry: what the clock does to invites. Nothing waits for it: an invite is over when it is."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session, joinedload

from core.access import is_archived
from core.audit import note_by_clock
from core.facts import InviteEnding, InviteExpired
from core.invites import Invite, InviteStatus
from core.invites.deeds import Deed, count
from core.outbox import record

NOTICE = timedelta(days=1)
# Who was invited for a shorter time was asked only just now.
LONG = timedelta(days=4)
BATCH = 100


def is_long(invite: Invite) -> bool:
    """Whether it is open for so long that people may forget it."""
    return invite.lifetime is not None and invite.lifetime >= LONG


def expire_invites(session: Session, *, now: datetime, limit: int = BATCH) -> int:
    """Note, once, which invites have run out; how many were looked at this time."""
    for invite in (ended := _take(session, "end_noted_at", by=now, limit=limit)):
        invite.end_noted_at = now
        if invite.status(now) is InviteStatus.EXPIRED:
            note_by_clock(
                session,
                action="invite.expired",
                group=invite.group,
                now=now,
                subject=invite.public_id,
            )
            about = {"invite_id": invite.id, "group_id": invite.group_id}
            count(session, Deed.EXPIRED, **about, now=now)
            fact = InviteExpired(**about)
            record(session, fact, now=now)
    return len(ended)


def remind_of_invites(session: Session, *, now: datetime, limit: int = BATCH) -> int:
    """Those who were asked for four days or longer, and have not answered, hear once that a day
    is left; how many invites were looked at this time.
    """
    for invite in (ending := _take(session, "ending_noted_at", by=now + NOTICE, limit=limit)):
        invite.ending_noted_at = now
        pending = invite.status(now) is InviteStatus.PENDING
        if pending and is_long(invite) and not is_archived(session, invite.group_id):
            fact = InviteEnding(group_id=invite.group_id, invite_id=invite.id)
            record(session, fact, now=now)
    return len(ending)


def _take(session: Session, mark: str, *, by: datetime, limit: int) -> list[Invite]:
    """Open invites that end by then and have no such mark, locked against other processes."""
    unmarked = text(f"invites.state = 'open' AND invites.{mark} IS NULL")
    return list(
        session.scalars(
            select(Invite)
            .where(unmarked, Invite.expires_at <= by)
            .options(joinedload(Invite.group, innerjoin=True))
            .order_by(Invite.expires_at)
            .limit(limit)
            .with_for_update(skip_locked=True, of=Invite)
        )
    )
