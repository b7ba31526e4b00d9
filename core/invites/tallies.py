"""InviteTally: how often what happened to an invite, and to all of an inviter's in a group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import ForeignKey, Index, delete, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.invites import Invite
from core.invites.deeds import Deed, InviteDeed
from core.model import Base, Id

BATCH = 500


class InviteTally(Base):
    """The counts of one invite, or, without `invite_id`, those of all that `inviter_id` made for
    the group. The latter outlive invite and inviter. Several rows about the same add up.
    """

    __tablename__ = "invite_tallies"
    __table_args__ = (Index(None, "group_id", "invite_id"),)

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"))
    inviter_id: Mapped[int | None] = mapped_column(
        ForeignKey("people.id", ondelete="SET NULL"), index=True
    )
    invite_id: Mapped[int | None] = mapped_column(
        ForeignKey("invites.id", ondelete="CASCADE"), index=True
    )
    sent: Mapped[int] = mapped_column(default=0)
    seen: Mapped[int] = mapped_column(default=0)
    accepted: Mapped[int] = mapped_column(default=0)
    declined: Mapped[int] = mapped_column(default=0)
    expired: Mapped[int] = mapped_column(default=0)
    stayed_7: Mapped[int] = mapped_column(default=0)
    gone_7: Mapped[int] = mapped_column(default=0)
    stayed_30: Mapped[int] = mapped_column(default=0)
    gone_30: Mapped[int] = mapped_column(default=0)


# Whose count it is: group, inviter, invite; the last is None for the inviter's total.
Key = tuple[int, int, int | None]


def fold_deeds(session: Session, *, limit: int = BATCH) -> int:
    """Add what was counted to the tallies, each deed once; how many there were."""
    rows = session.execute(
        select(InviteDeed.id, InviteDeed.deed, Invite.group_id, Invite.inviter_id, Invite.id)
        .join(Invite, Invite.id == InviteDeed.invite_id)
        .order_by(InviteDeed.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=InviteDeed)
    ).all()
    sums: dict[Key, Counter[Deed]] = {}
    for _, deed, group_id, inviter_id, invite_id in rows:
        for key in ((group_id, inviter_id, invite_id), (group_id, inviter_id, None)):
            sums.setdefault(key, Counter())[deed] += 1
    _add(session, sums)
    session.execute(delete(InviteDeed).where(InviteDeed.id.in_([row[0] for row in rows])))
    return len(rows)


def _add(session: Session, sums: dict[Key, Counter[Deed]]) -> None:
    """To the rows that are there, each row once, and as new rows where there are none."""
    at = _find(session, sums)
    for key, counts in sorted(sums.items(), key=lambda item: (item[0][:2], item[0][2] or 0)):
        if key in at:
            more = {deed.value: getattr(InviteTally, deed.value) + n for deed, n in counts.items()}
            session.execute(update(InviteTally).where(InviteTally.id == at[key]).values(more))
    new = [
        {"group_id": group_id, "inviter_id": inviter_id, "invite_id": invite_id}
        | {deed.value: counts[deed] for deed in Deed}
        for (group_id, inviter_id, invite_id), counts in sums.items()
        if (group_id, inviter_id, invite_id) not in at
    ]
    if new:
        session.execute(insert(InviteTally), new)


def _find(session: Session, keys: Iterable[Key]) -> dict[Key, int]:
    invites = [invite_id for _, _, invite_id in keys if invite_id is not None]
    groups = {group_id for group_id, _, _ in keys}
    tally = InviteTally
    rows = session.execute(
        select(tally.group_id, tally.inviter_id, tally.invite_id, tally.id).where(
            tally.invite_id.in_(invites) | (tally.group_id.in_(groups) & tally.invite_id.is_(None))
        )
    )
    return {(row.group_id, row.inviter_id, row.invite_id): row.id for row in rows}
