"""Stays: whether those who joined by an invite are still there after a week and a month."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, select, text
from sqlalchemy.orm import Session

from core.access import Member, MemberState
from core.invites import Invite
from core.invites.deeds import Deed, count
from core.invites.redemptions import Redemption

WEEK, MONTH = 7, 30
BATCH = 200
# Before the check after so many days, the last one was after so many.
BEFORE = {WEEK: "checked_days IS NULL", MONTH: f"checked_days = {WEEK}"}
OUTCOMES = {WEEK: (Deed.STAYED_7, Deed.GONE_7), MONTH: (Deed.STAYED_30, Deed.GONE_30)}


def count_stays(session: Session, *, now: datetime, limit: int = BATCH) -> int:
    """Look after those whose week or month is over, each once; how many were looked after."""
    return sum(_check(session, days, now=now, limit=limit) for days in OUTCOMES)


def _check(session: Session, days: int, *, now: datetime, limit: int) -> int:
    there = and_(
        Member.group_id == Invite.group_id,
        Member.person_id == Redemption.person_id,
        Member.state == MemberState.ACTIVE,
    )
    due = session.execute(
        select(Redemption, Invite.group_id, Member.id.is_not(None))
        .join(Invite, Invite.id == Redemption.invite_id)
        .outerjoin(Member, there)
        .where(
            text(f"redemptions.{BEFORE[days]}"),
            Redemption.created_at <= now - timedelta(days=days),
        )
        .order_by(Redemption.created_at)
        .limit(limit)
        .with_for_update(skip_locked=True, of=Redemption)
    ).all()
    stayed, gone = OUTCOMES[days]
    for redemption, group_id, present in due:
        redemption.checked_days = days
        deed = stayed if present else gone
        count(session, deed, invite_id=redemption.invite_id, group_id=group_id, now=now)
    return len(due)
