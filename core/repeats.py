"""Repeat: a request that a program may send twice, with what came of it the first time."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import LargeBinary, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.errors import Conflict
from core.model import Base, Id, Moment, change, insert_new

KEPT_FOR = timedelta(hours=24)


class Repeat(Base):
    """`digest` is of who asked together with the key that they chose for the request, `fingerprint`
    of the request. `answer` is sealed with what only who asked knows: it may hold a token.
    """

    __tablename__ = "repeats"

    id: Mapped[Id]
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32))
    answer: Mapped[bytes | None]
    created_at: Mapped[Moment] = mapped_column(index=True)


def begin(session: Session, *, digest: bytes, fingerprint: bytes, now: datetime) -> bytes | None:
    """Claim the key for this unit of work; None the first time, else the answer of that.

    Of two at once the second waits for the first. Raises Conflict for another request with the
    same key.
    """
    change(
        session, delete(Repeat).where(Repeat.digest == digest, Repeat.created_at <= now - KEPT_FOR)
    )
    row = {"digest": digest, "fingerprint": fingerprint, "created_at": now}
    if insert_new(session, Repeat, [row], key=("digest",)):
        return None
    before = session.scalars(select(Repeat).where(Repeat.digest == digest)).one()
    if before.fingerprint != fingerprint or before.answer is None:
        raise Conflict("repeat_differs")
    return before.answer


def finish(session: Session, *, digest: bytes, answer: bytes) -> None:
    """Keep what came of it, in the unit that brought it about."""
    change(session, update(Repeat).where(Repeat.digest == digest).values(answer=answer))


def forget_repeats(session: Session, *, now: datetime, most: int = 1000) -> bool:
    """Forget what is older than a day. Whether there may be more."""
    old = select(Repeat.id).where(Repeat.created_at <= now - KEPT_FOR).limit(most)
    return change(session, delete(Repeat).where(Repeat.id.in_(old))) == most
