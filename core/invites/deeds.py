"""InviteDeed: something that happened to an invite and is to be counted; folded into tallies.

Each is a row of its own, so that a hundred who accept at once don't wait for one counter.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.database.prepared import Prepared
from core.model import Base, Id, Moment, choice


class Deed(StrEnum):
    """What is counted. `stayed_7` and `gone_7` are found out seven days after somebody joined."""

    SENT = "sent"
    SEEN = "seen"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    STAYED_7 = "stayed_7"
    GONE_7 = "gone_7"
    STAYED_30 = "stayed_30"
    GONE_30 = "gone_30"


class InviteDeed(Base):
    """One that no tally holds yet."""

    __tablename__ = "invite_deeds"

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), index=True)
    invite_id: Mapped[int] = mapped_column(ForeignKey("invites.id", ondelete="CASCADE"), index=True)
    deed: Mapped[Deed] = mapped_column(choice(Deed, "deed"))
    done_at: Mapped[Moment]


_INSERT = Prepared(
    insert(InviteDeed.metadata.tables[InviteDeed.__tablename__]).inline(),
    *("invite_id", "group_id", "deed", "done_at"),
)


def count(session: Session, deed: Deed, *, invite_id: int, group_id: int, now: datetime) -> None:
    """Have it counted."""
    row = {"invite_id": invite_id, "group_id": group_id, "deed": deed, "done_at": now}
    _INSERT.run(session, row)
