"""Pick: the command line that goes on once its person has chosen somebody in their platform's own
list of people.

One for each person, the latest: a phone shows one such list at a time.
"""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.model import Base, Id, Moment
from core.people import Identity, Person, Sender, find_identity, recognise

LINE_LIMIT = 4096
WINDOW = timedelta(days=1)


class Pick(Base):
    """What the person wanted to do when they were asked with whom."""

    __tablename__ = "picks"

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), unique=True)
    line: Mapped[str] = mapped_column(String(LINE_LIMIT))
    asked_at: Mapped[Moment]


def number_of(line: str) -> int:
    """The line as 31 bits, which is what Telegram hands back with the people: an older list must
    not go on with a newer line.
    """
    return zlib.crc32(line.encode()) & 0x7FFFFFFF


def ask_pick(session: Session, *, person: Person, line: str, now: datetime) -> None:
    """Remember the line in place of what was asked before. It gives no right: what it does is
    decided when it goes on.
    """
    pick = session.scalar(select(Pick).where(Pick.person_id == person.id))
    if pick is None:
        pick = Pick(person_id=person.id)
        session.add(pick)
    pick.line, pick.asked_at = line, now


def find_line(session: Session, *, sender: Sender, number: int, now: datetime) -> str | None:
    """The line that goes on, if it is the one of that number and was asked within a day."""
    line = session.scalar(
        select(Pick.line)
        .join(Identity, Identity.person_id == Pick.person_id)
        .where(
            Identity.platform == sender.platform,
            Identity.address == sender.address,
            Pick.asked_at > now - WINDOW,
        )
    )
    return line if line is not None and number_of(line) == number else None


def meet(session: Session, *, sender: Sender, now: datetime) -> Identity:
    """The identity of somebody who was picked, made on first sight: not reachable, since they
    never wrote to us. Who is known keeps the name that they go by.
    """
    known = find_identity(session, platform=sender.platform, address=sender.address)
    return known or recognise(session, sender=sender, now=now)
