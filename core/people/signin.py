"""SigninLink: a link from chat by which a browser becomes its person's: once, for ten minutes."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, LargeBinary, delete, or_, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from core.access import Actor
from core.audit import note
from core.errors import NotFound
from core.invites.guesses import count_recent, miss
from core.model import Base, Id, Moment, change
from core.people import Person
from core.people.selves import is_somebody
from core.tokens import digest, is_token, new_token

LINK_LIFE = timedelta(minutes=10)


class SigninLink(Base):
    """A link as its digest. A newer one of the same person ends it."""

    __tablename__ = "signin_links"

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    expires_at: Mapped[Moment] = mapped_column(index=True)

    person: Mapped[Person] = relationship(lazy="raise", innerjoin=True)


def offer_signin(session: Session, actor: Actor, *, now: datetime) -> str:
    """A token for the actor's browser, told this once. Older ones of theirs are over."""
    old = or_(SigninLink.person_id == actor.person.id, SigninLink.expires_at <= now)
    session.execute(delete(SigninLink).where(old))
    token = new_token()
    row = {"person_id": actor.person.id, "digest": digest(token), "expires_at": now + LINK_LIFE}
    session.add(SigninLink(**row))
    note(session, actor, action="signin.offered", group=None, now=now)
    return token


def open_signin(session: Session, *, token: str, guesser: str, now: datetime) -> Person:
    """Whose link it is. Changes nothing: whatever looks at links by itself signs nobody in.

    `guesser` is where the question comes from. Raises NotFound, or Limited for guessing.
    """
    return _find(session, token=token, guesser=guesser, now=now).person


def use_signin(session: Session, *, token: str, guesser: str, now: datetime) -> Person:
    """Use the link up; whose it was. Of two who do so at once, one is refused.

    Raises as `open_signin` does.
    """
    found = _find(session, token=token, guesser=guesser, now=now)
    if not change(session, delete(SigninLink).where(SigninLink.id == found.id)):
        raise _over(guesser, now)
    return found.person


def _find(session: Session, *, token: str, guesser: str, now: datetime) -> SigninLink:
    count_recent(session, guesser, now=now)
    query = (
        select(SigninLink)
        .join(SigninLink.person)
        .where(SigninLink.digest == digest(token), SigninLink.expires_at > now, is_somebody())
        .options(joinedload(SigninLink.person, innerjoin=True))
    )
    found = session.scalar(query) if is_token(token) else None
    if found is None:
        raise _over(guesser, now)
    return found


def _over(guesser: str, now: datetime) -> NotFound:
    return NotFound("signin_unknown", aftermath=miss(guesser, now=now))
