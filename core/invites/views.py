"""InviteView: that somebody was shown an invite, and what they said to it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.invites import Invite
from core.invites.deeds import Deed, count
from core.model import Base, Id, Moment, insert_new

REASON_LIMIT = 200


class InviteView(Base):
    """That a person was shown an invite by its token, and so may answer it by its public id.

    `reason` is why they declined it, in their words or as the code of a button.
    """

    __tablename__ = "invite_views"
    __table_args__ = (UniqueConstraint("invite_id", "person_id"),)

    id: Mapped[Id]
    invite_id: Mapped[int] = mapped_column(ForeignKey("invites.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    seen_at: Mapped[Moment]
    declined_at: Mapped[Moment | None]
    reason: Mapped[str | None] = mapped_column(String(REASON_LIMIT))


def remember_view(session: Session, invite: Invite, *, person_id: int, now: datetime) -> None:
    """From now on they may answer the invite, or ask for another, by its public id."""
    seen = {"invite_id": invite.id, "person_id": person_id, "seen_at": now}
    if insert_new(session, InviteView, [seen], key=("invite_id", "person_id")):
        count(session, Deed.SEEN, invite_id=invite.id, group_id=invite.group_id, now=now)


def find_view(session: Session, *, invite_id: int, person_id: int) -> InviteView | None:
    """What they said to it, or None when they never saw it."""
    mine = InviteView.invite_id == invite_id, InviteView.person_id == person_id
    return session.scalar(select(InviteView).where(*mine))
