"""LinkCode: what somebody says on another platform to prove that they are the same person."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, LargeBinary, Select, delete, or_, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from core.access import Actor
from core.errors import Conflict, Invalid, NotFound
from core.facts import PersonLinked
from core.guests.selves import lock_shared_events
from core.invites.guesses import count_recent, miss
from core.members import lock_owned
from core.model import Base, Id, Moment, change
from core.outbox import record
from core.people import Person, list_identities
from core.people.erasures import check_not_leaving
from core.people.merges import Merge, merge_people
from core.people.selves import lock_people
from core.tokens import digest, is_link_code, new_link_code, plain_link_code

CODE_LIFE = timedelta(minutes=10)


class LinkCode(Base):
    """A code as its digest. It is used once, and a newer one of the same person ends it."""

    __tablename__ = "link_codes"

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    expires_at: Mapped[Moment]

    person: Mapped[Person] = relationship(lazy="raise", innerjoin=True)


def offer_link(session: Session, actor: Actor, *, now: datetime) -> str:
    """A code for the actor to say elsewhere, told this once. Older ones of theirs are over."""
    old = or_(LinkCode.person_id == actor.person.id, LinkCode.expires_at <= now)
    session.execute(delete(LinkCode).where(old))
    code = new_link_code()
    session.add(
        LinkCode(
            person_id=actor.person.id,
            digest=digest(plain_link_code(code)),
            expires_at=now + CODE_LIFE,
        )
    )
    return code


def open_link(session: Session, actor: Actor, *, code: str, now: datetime) -> Person:
    """Whose code it is. Uses nothing up: a code that was slipped to somebody must not be enough.

    Raises NotFound for a code that opens nothing, Invalid for one's own, Limited for guessing.
    """
    return _find(session, actor, code, now=now).person


def accept_link(session: Session, actor: Actor, *, code: str, address: str, now: datetime) -> Merge:
    """Become one person with whoever the code is from. `address` is the account that says it.

    Both have proven themselves by now: the one by having the code, the other by saying it. The
    older of the two stays. Raises as `open_link` and `merge_people` do.
    """
    owner_id = _find(session, actor, code, now=now).person_id
    lock_owned(session, {owner_id, actor.person.id})  # before the people: the order of all verbs
    lock_shared_events(session, {owner_id, actor.person.id})
    people = lock_people(session, {owner_id, actor.person.id})
    if any(person.merged_into_id or person.erased_at for person in people.values()):
        raise Conflict("link_overtaken")
    check_not_leaving(session, people)
    both = LinkCode.person_id.in_(people)
    this = LinkCode.digest == digest(plain_link_code(code))
    if not change(session, delete(LinkCode).where(both, this)):
        raise NotFound("link_code_unknown")
    session.execute(delete(LinkCode).where(both))
    kept, gone = (people[id_] for id_ in sorted(people))
    others = _other_accounts(session, actor, owner_id, address)
    merge = merge_people(session, actor, kept=kept, gone=gone, now=now)
    record(session, PersonLinked(merge_id=merge.id, identity_ids=others), now=now)
    return merge


def _find(session: Session, actor: Actor, code: str, *, now: datetime) -> LinkCode:
    guesser, letters = f"person:{actor.person.id}", plain_link_code(code)
    count_recent(session, guesser, now=now)
    found = session.scalar(_by_code(letters, now)) if is_link_code(letters) else None
    if found is None:
        raise NotFound("link_code_unknown", aftermath=miss(guesser, now=now))
    if found.person_id == actor.person.id:
        raise Invalid("link_self")
    return found


def _other_accounts(session: Session, actor: Actor, owner_id: int, address: str) -> list[int]:
    """Apart from the one that the yes comes from: a code can be coaxed out of somebody."""
    own = list_identities(session, actor.person.id)
    others = [one for one in own if (one.platform, one.address) != (actor.via, address)]
    return [one.id for one in (*list_identities(session, owner_id), *others)]


def _by_code(letters: str, now: datetime) -> Select[LinkCode]:
    return (
        select(LinkCode)
        .where(LinkCode.digest == digest(letters), LinkCode.expires_at > now)
        .options(joinedload(LinkCode.person, innerjoin=True))
    )
