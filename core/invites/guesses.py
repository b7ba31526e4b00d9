"""Guess: a token that opened nothing. Guessing is counted, slowed down and told nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import String, bindparam, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.database.prepared import Prepared
from core.errors import Limited
from core.model import Base, Id, Moment

WINDOW = timedelta(minutes=1)
LIMIT_EACH = 10
LIMIT_ALL = 300
# After so many misses somebody is no invitee with a stale link, and learns no more than a stranger.
SUSPECT_AFTER = 3


class Guess(Base):
    """One miss. `guesser` is who made it, such as `person:7` or `address:192.0.2.1`."""

    __tablename__ = "guesses"

    id: Mapped[Id]
    guesser: Mapped[str] = mapped_column(String(340), index=True)
    made_at: Mapped[Moment] = mapped_column(index=True)


# Built once: every link that is opened asks this first.
_RECENT = Guess.made_at > bindparam("since")
_EACH = (
    select(func.count().label("misses"))
    .where(_RECENT, Guess.guesser.in_([bindparam("one"), bindparam("other")]))
    .group_by(Guess.guesser)
    .subquery()
)
_MOST = Prepared(select(func.max(_EACH.c.misses)))
_ALL = Prepared(select(func.count()).where(_RECENT))


def count_recent(session: Session, *guessers: str, now: datetime) -> int:
    """The misses of the last minute by whichever of the two guessers has the most: one asks as a
    person and from an address. Raises Limited past ten, or past 300 by all.
    """
    if not guessers:
        return 0
    since = now - WINDOW
    who = {"one": guessers[0], "other": guessers[-1]}
    own: int = _MOST.scalar(session, {"since": since, **who}) or 0
    everybody = _ALL.scalar(session, {"since": since}) if own else 0
    if own >= LIMIT_EACH or everybody >= LIMIT_ALL:
        raise Limited("too_many_guesses", retry_after_s=int(WINDOW.total_seconds()))
    return own


def miss(*guessers: str, now: datetime) -> Callable[[Session], None]:
    """An aftermath that remembers a miss although its verb was refused, and forgets old ones."""

    def remember(session: Session) -> None:
        session.execute(delete(Guess).where(Guess.made_at <= now - WINDOW))
        session.add_all(Guess(guesser=guesser, made_at=now) for guesser in guessers)

    return remember
