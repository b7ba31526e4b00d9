"""Person: a human. Identity: a person on a platform, with whether we may write to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ForeignKey,
    String,
    UniqueConstraint,
    Update,
    bindparam,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from core.model import Base, Id, Moment
from core.names import NAME_LIMIT, clean_text, display_name

LOCALE_LIMIT = 16
USERNAME_LIMIT = 64


class Person(Base):
    """A human, however many identities they have.

    A person who turned out to be another one stays as a row: `merged_into_id` says who they are
    now, and what they did before stays theirs. So does one who was erased, without a name.
    """

    __tablename__ = "people"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(NAME_LIMIT))
    locale: Mapped[str | None] = mapped_column(String(LOCALE_LIMIT))
    timezone: Mapped[str | None] = mapped_column(String(64))
    current_group_id: Mapped[int | None] = mapped_column(
        ForeignKey("groups.id", ondelete="SET NULL")
    )
    merged_into_id: Mapped[int | None] = mapped_column(
        ForeignKey("people.id", ondelete="SET NULL"), index=True
    )
    erased_at: Mapped[Moment | None]
    created_at: Mapped[Moment]


class Identity(Base):
    """A person on a platform, such as `telegram:42`; `reachable`: whether we may write there.

    `reach_said_at` is when the platform last said so, by its own clock: older news changes nothing.
    `heard_at` is when they last wrote to us there, where that decides what we may answer;
    `stopped_at` when they asked to hear nothing there that they did not ask for.
    """

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("platform", "address"),)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    platform: Mapped[str] = mapped_column(String(16))
    address: Mapped[str] = mapped_column(String(320))
    username: Mapped[str | None] = mapped_column(String(USERNAME_LIMIT), index=True)
    reachable: Mapped[bool] = mapped_column(default=False)
    unreachable_reason: Mapped[str | None] = mapped_column(String(200))
    reach_said_at: Mapped[Moment | None]
    heard_at: Mapped[Moment | None]
    stopped_at: Mapped[Moment | None]
    created_at: Mapped[Moment]

    person: Mapped[Person] = relationship(lazy="raise", innerjoin=True)


_MAY_BE_WRITTEN_TO = (Identity.reachable.is_(True), Identity.stopped_at.is_(None))
_REACHABLE = (
    select(Identity)
    .where(Identity.person_id.in_(bindparam("people", expanding=True)), *_MAY_BE_WRITTEN_TO)
    .order_by(Identity.id)
)
_IDENTITY = (
    select(Identity)
    .where(Identity.platform == bindparam("platform"), Identity.address == bindparam("address"))
    .options(joinedload(Identity.person, innerjoin=True))
)
_IDENTITIES = (
    select(Identity)
    .where(
        Identity.platform == bindparam("platform"),
        Identity.address.in_(bindparam("addresses", expanding=True)),
    )
    .options(joinedload(Identity.person, innerjoin=True))
)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who a platform says is speaking. `name` is what they call themselves, unchecked."""

    platform: str
    address: str
    name: str
    username: str | None = None
    locale: str | None = None

    def key(self) -> str:
        """As in the settings: `telegram:42`."""
        return f"{self.platform}:{self.address}"


def recognise(session: Session, *, sender: Sender, now: datetime) -> Identity:
    """The identity behind `sender`, made on first sight and kept up to date."""
    identity = find_identity(session, platform=sender.platform, address=sender.address)
    if identity is None:
        identity = _introduce(session, sender=sender, now=now)
    _refresh(session, identity, sender)
    return identity


def find_identity(session: Session, *, platform: str, address: str) -> Identity | None:
    """The identity with its person, or None."""
    return session.scalar(_IDENTITY, {"platform": platform, "address": address})


def find_identities(
    session: Session, *, platform: str, addresses: Iterable[str]
) -> dict[str, Identity]:
    """Those of the addresses that are known, each with its person."""
    found = session.scalars(_IDENTITIES, {"platform": platform, "addresses": list(addresses)})
    return {one.address: one for one in found}


def keys_of(session: Session, person_id: int) -> set[str]:
    """The person's identities as the settings write them: `telegram:42`."""
    found = select(Identity.platform, Identity.address).where(Identity.person_id == person_id)
    return {f"{platform}:{address}" for platform, address in session.execute(found)}


def lock_person(session: Session, person: Person) -> None:
    """A person comes into one group at a time: by an invite, or let in by somebody.

    Take it before the invite, and after the lock of a group's members.
    """
    if session.get_bind().dialect.name == "sqlite":
        return  # whoever writes is alone
    session.execute(select(Person.id).where(Person.id == person.id).with_for_update(key_share=True))


def is_reachable(session: Session, person_id: int) -> bool:
    """Whether the person can be written to in private, on whatever platform."""
    found = select(Identity.id).where(Identity.person_id == person_id, *_MAY_BE_WRITTEN_TO)
    return session.scalar(found.limit(1)) is not None


def list_reachable(session: Session, person_ids: Iterable[int]) -> list[Identity]:
    """Where these people can be written to in private."""
    return list(session.scalars(_REACHABLE, {"people": list(person_ids)}))


def list_identities(session: Session, person_id: int) -> list[Identity]:
    return list(
        session.scalars(
            select(Identity).where(Identity.person_id == person_id).order_by(Identity.id)
        )
    )


def mark_reachable(session: Session, *, platform: str, address: str) -> None:
    """A sign of life that we see ourselves: the person is there at this moment."""
    session.execute(_identity_at(platform, address).values(reachable=True, unreachable_reason=None))


def mark_unreachable(session: Session, *, platform: str, address: str, reason: str) -> None:
    """The platform refused for good to deliver to this identity, just now."""
    gone = {"reachable": False, "unreachable_reason": reason[:200]}
    session.execute(_identity_at(platform, address).values(gone))


def note_reach(
    session: Session, *, platform: str, address: str, lost: str | None, said_at: datetime
) -> None:
    """The platform says that the person wrote to us or took us back, or, as `lost`, why we may not
    write to them any more.

    `said_at` is the platform's own time: what is older than the last of such news changes nothing,
    in whatever order they come.
    """
    known = Identity.reach_said_at
    # Within one second the order is not known; the later to arrive counts.
    newer = _identity_at(platform, address).where(or_(known.is_(None), known <= said_at))
    session.execute(
        newer.values(reachable=lost is None, unreachable_reason=lost, reach_said_at=said_at)
    )


def _identity_at(platform: str, address: str) -> Update:
    return update(Identity).where(Identity.platform == platform, Identity.address == address)


def _introduce(session: Session, *, sender: Sender, now: datetime) -> Identity:
    person = Person(name=_shown_name(sender), created_at=now)
    identity = Identity(
        person=person, platform=sender.platform, address=sender.address, created_at=now
    )
    try:
        with session.begin_nested():
            session.add(identity)
    except IntegrityError:  # met in another chat in the same moment
        met = find_identity(session, platform=sender.platform, address=sender.address)
        if met is None:
            raise
        return met
    return identity


def _refresh(session: Session, identity: Identity, sender: Sender) -> None:
    username = _fitting(sender.username, USERNAME_LIMIT)
    # Only what is new: what is set, even to the same, has the whole session looked through.
    if username and username != identity.username:
        _take_from_others(session, identity, username)
    if username != identity.username:
        identity.username = username
    if (name := _shown_name(sender)) != identity.person.name:
        identity.person.name = name
    if identity.person.locale is None:
        identity.person.locale = _fitting(sender.locale, LOCALE_LIMIT)


def _take_from_others(session: Session, identity: Identity, username: str) -> None:
    """A username has one holder: who had it before must not be meant by it any more."""
    session.execute(
        update(Identity)
        .where(
            Identity.platform == identity.platform,
            func.lower(Identity.username) == username.lower(),
            Identity.id != identity.id,
        )
        .values(username=None)
    )


def _shown_name(sender: Sender) -> str:
    return display_name(sender.name, fallback=f"{sender.platform} {sender.address}")


def _fitting(text: str | None, limit: int) -> str | None:
    """What a platform says in passing, when the database can keep it as it is."""
    return text if text and len(text) <= limit and clean_text(text) == text else None
