"""Choice: what a number stands for where there are no buttons, until it expires.

A reply's numbers are for the person who asked; those of a notice are for everybody in the room.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import JSON, Index, String, delete, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.model import Base, Id, Moment, change

ANYBODY = ""
HIGHEST = 99


class Choice(Base):
    """The command lines behind the numbers from `first` on, in one room or private chat.

    `sender` is the address of whom they are for.
    """

    __tablename__ = "choices"
    __table_args__ = (Index(None, "platform", "room"),)

    id: Mapped[Id]
    platform: Mapped[str] = mapped_column(String(16))
    room: Mapped[str] = mapped_column(String(64))
    sender: Mapped[str] = mapped_column(String(64))
    first: Mapped[int]
    lines: Mapped[list[str]] = mapped_column(JSON)
    expires_at: Mapped[Moment]

    def line_of(self, number: int) -> str | None:
        at = number - self.first
        return self.lines[at] if 0 <= at < len(self.lines) else None


def offer(
    session: Session,
    *,
    platform: str,
    room: str,
    sender: str,
    lines: Sequence[str],
    now: datetime,
    until: datetime,
) -> int:
    """Remember the lines, in place of what the sender was offered there before; the first number.

    No number means two things to anybody: those of everybody begin after all that are in use, a
    person's own after everybody's.
    """
    here = Choice.platform == platform, Choice.room == room
    own = Choice.sender == sender if sender else Choice.expires_at <= now
    change(session, delete(Choice).where(*here, or_(Choice.expires_at <= now, own)))
    others = select(Choice).where(*here)
    if sender:
        others = others.where(Choice.sender == ANYBODY)
    ends = [one.first + len(one.lines) for one in session.scalars(others)]
    first = max(ends, default=1)
    if first + len(lines) - 1 > HIGHEST:  # older offers end, before the numbers grow unhandy
        change(session, delete(Choice).where(*here))
        first = 1
    session.add(
        Choice(
            platform=platform,
            room=room,
            sender=sender,
            first=first,
            lines=list(lines),
            expires_at=until,
        )
    )
    session.flush()
    return first


def choose(
    session: Session, *, platform: str, room: str, sender: str, number: int, now: datetime
) -> str | None:
    """The line behind a number that the sender named there; None when it stands for nothing."""
    theirs = select(Choice).where(
        Choice.platform == platform,
        Choice.room == room,
        Choice.sender.in_((sender, ANYBODY)),
        Choice.expires_at > now,
    )
    found = (one.line_of(number) for one in session.scalars(theirs.order_by(Choice.id.desc())))
    return next((line for line in found if line is not None), None)
