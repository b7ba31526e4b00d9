"""WebSession: a browser, or an app within Telegram, in which somebody has shown who they are."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, String, delete, select, update
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from core.access import Actor
from core.audit import note
from core.errors import NotFound
from core.model import Base, Id, Moment, change, choice, insert_new
from core.names import clean_text, cut
from core.people import Person
from core.people.selves import is_somebody
from core.tokens import digest, is_public_id, is_token, new_public_id, new_token

LIFE = timedelta(days=30)
# The hour in which a device was last used is enough to tell whether it is still yours.
TOUCHED_EVERY = timedelta(minutes=10)
DEVICE_LIMIT = 120


class Beginning(StrEnum):
    """By what somebody has shown who they are."""

    LINK = "link"
    CODE = "code"
    TELEGRAM = "telegram"


class WebSession(Base):
    """`digest` is of the secret that the browser keeps; `device` is what it calls itself. The row
    of one that was ended stays until it would have run out, so that nothing begins it anew.
    """

    __tablename__ = "web_sessions"

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    device: Mapped[str] = mapped_column(String(DEVICE_LIMIT))
    beginning: Mapped[Beginning] = mapped_column(choice(Beginning, "beginning"))
    created_at: Mapped[Moment]
    seen_at: Mapped[Moment]
    expires_at: Mapped[Moment] = mapped_column(index=True)
    ended_at: Mapped[Moment | None]

    person: Mapped[Person] = relationship(lazy="raise", innerjoin=True)


def begin_session(
    session: Session,
    actor: Actor,
    *,
    beginning: Beginning,
    device: str,
    now: datetime,
    life: timedelta = LIFE,
    secret: str | None = None,
) -> tuple[WebSession, str]:
    """A session and its secret, told this once: 43 characters of base64url, unless it is given.

    Asks no permission: who calls has seen the proof.
    """
    session.execute(delete(WebSession).where(WebSession.expires_at <= now))
    token = secret or new_token()
    begun = WebSession(
        public_id=new_public_id("ses"),
        person_id=actor.person.id,
        digest=digest(token),
        device=cut(clean_text(device), DEVICE_LIMIT),
        beginning=beginning,
        created_at=now,
        seen_at=now,
        expires_at=now + life,
    )
    session.add(begun)
    session.flush()
    about = {"subject": begun.public_id, "by": beginning.value}
    note(session, actor, action="session.begun", group=None, now=now, **about)
    return begun, token


def spend(session: Session, actor: Actor, *, proof: str, until: datetime, now: datetime) -> bool:
    """Note that what somebody proved themselves by counts no more; False when it did not before.

    It is kept as a session that has ended, until `until`, when the proof is too old anyway.
    """
    row = {
        "public_id": new_public_id("ses"),
        "person_id": actor.person.id,
        "digest": digest(proof),
        "device": "",
        "beginning": Beginning.TELEGRAM,
        "created_at": now,
        "seen_at": now,
        "expires_at": until,
        "ended_at": now,
    }
    return bool(insert_new(session, WebSession, [row], key=("digest",)))


def is_spent(session: Session, *, proof: str) -> bool:
    """Whether that was noted."""
    query = select(WebSession.id).where(WebSession.digest == digest(proof))
    return session.scalar(query) is not None


def find_session(session: Session, *, token: str, now: datetime) -> WebSession | None:
    """The session with its person, as long as it lasts. One query."""
    if not is_token(token):
        return None
    query = (
        select(WebSession)
        .join(WebSession.person)
        .where(
            WebSession.digest == digest(token),
            WebSession.ended_at.is_(None),
            WebSession.expires_at > now,
            is_somebody(),
        )
        .options(joinedload(WebSession.person, innerjoin=True))
    )
    return session.scalar(query)


def list_sessions(session: Session, actor: Actor, *, now: datetime) -> list[WebSession]:
    """Where the actor is signed in, the last used first."""
    mine = select(WebSession).where(
        WebSession.person_id == actor.person.id,
        WebSession.ended_at.is_(None),
        WebSession.expires_at > now,
    )
    return list(session.scalars(mine.order_by(WebSession.seen_at.desc(), WebSession.id.desc())))


def end_session(session: Session, actor: Actor, *, public_id: str, now: datetime) -> None:
    """That browser is signed out; a second time changes nothing. Raises NotFound."""
    mine = WebSession.public_id == public_id, WebSession.person_id == actor.person.id
    found = session.scalar(select(WebSession).where(*mine)) if is_public_id(public_id) else None
    if found is None:
        raise NotFound("no_such_session")
    still = update(WebSession).where(*mine, WebSession.ended_at.is_(None))
    if change(session, still.values(ended_at=now)):
        note(session, actor, action="session.ended", group=None, now=now, subject=public_id)


def end_all_sessions(session: Session, actor: Actor, *, now: datetime) -> int:
    """The actor is signed out everywhere; of how many browsers."""
    found = list_sessions(session, actor, now=now)
    for one in found:
        end_session(session, actor, public_id=one.public_id, now=now)
    return len(found)


def touch_session(session: Session, *, token: str, now: datetime) -> None:
    """It was used just now."""
    there = update(WebSession).where(WebSession.digest == digest(token))
    change(session, there.values(seen_at=now))


def is_to_be_touched(begun: WebSession, *, now: datetime) -> bool:
    """Whether its last use was noted so long ago that it is worth a write."""
    return begun.seen_at <= now - TOUCHED_EVERY
