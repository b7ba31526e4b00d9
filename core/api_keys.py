"""ApiKey: a key by which programs act for a person; kept as a digest, shown once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, LargeBinary, String, bindparam, select, update
from sqlalchemy.orm import Mapped, Session, contains_eager, mapped_column, relationship

from core.access import Actor, Permission, Scope, standing
from core.audit import note
from core.errors import Conflict, Invalid, NotFound
from core.groups import Group
from core.model import Base, Id, Moment, change
from core.names import NAME_LIMIT, clean_name
from core.people import Person, lock_person
from core.people.selves import is_somebody
from core.tokens import digest, is_key, is_public_id, new_key, new_public_id

DEFAULT_TTL = timedelta(days=90)
SHORTEST_TTL = timedelta(hours=1)
LONGEST_TTL = timedelta(days=366)
MOST_KEYS = 20
# The day and hour of its last use are enough to tell which key nobody needs any more.
TOUCHED_EVERY = timedelta(minutes=1)


class ApiKey(Base):
    """`permissions` are names joined by blanks, None is all of them. With `limited_to_groups` it
    opens those of its ApiKeyGroups alone: none, when they are gone.
    """

    __tablename__ = "api_keys"

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(NAME_LIMIT))
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    permissions: Mapped[str | None] = mapped_column(String(2000))
    limited_to_groups: Mapped[bool]
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    last_used_at: Mapped[Moment | None]
    revoked_at: Mapped[Moment | None]

    person: Mapped[Person] = relationship(lazy="raise", innerjoin=True)

    def allowed(self) -> frozenset[Permission] | None:
        """What it may do at most; None is all. A name that is no permission any more opens none."""
        if self.permissions is None:
            return None
        names = set(self.permissions.split())
        return frozenset(one for one in Permission if name_of(one) in names)


class ApiKeyGroup(Base):
    """A group that a key is limited to."""

    __tablename__ = "api_key_groups"

    id: Mapped[Id]
    key_id: Mapped[int] = mapped_column(ForeignKey("api_keys.id", ondelete="CASCADE"), index=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), index=True)


_OPEN_BY_DIGEST = (
    select(ApiKey)
    .join(ApiKey.person)
    .where(
        ApiKey.digest == bindparam("digest"),
        ApiKey.revoked_at.is_(None),
        ApiKey.expires_at > bindparam("now"),
        is_somebody(),
    )
    .options(contains_eager(ApiKey.person))
)


def name_of(permission: Permission) -> str:
    """As it is written in a key and to programs: `list_members`."""
    return permission.name.lower()


def read_permissions(text: str) -> frozenset[Permission]:
    """Names joined by commas or blanks. Raises Invalid for one that there is not."""
    known = {name_of(one): one for one in Permission}
    wanted = text.replace(",", " ").casefold().split()
    unknown = [name for name in wanted if name not in known]
    if unknown or not wanted:
        raise Invalid("no_such_permission", permission=" ".join(unknown), known=", ".join(known))
    return frozenset(known[name] for name in wanted)


def create_key(
    session: Session,
    actor: Actor,
    *,
    name: str,
    ttl: timedelta = DEFAULT_TTL,
    groups: Sequence[Group] | None = None,
    permissions: Iterable[Permission] | None = None,
    now: datetime,
) -> tuple[ApiKey, str]:
    """Make a key and tell it this once. Raises Invalid for a name or lifetime out of bounds,
    NotFound for a group that is not the actor's, Conflict for too many keys.
    """
    lock_person(session, actor.person)
    if not SHORTEST_TTL <= ttl <= LONGEST_TTL:
        raise Invalid("key_ttl_out_of_bounds", shortest=SHORTEST_TTL, longest=LONGEST_TTL)
    if len(list_keys(session, actor, now=now)) >= MOST_KEYS:
        raise Conflict("too_many_keys", most=MOST_KEYS)
    if any(standing(session, actor, group) is None for group in groups or ()):
        raise NotFound("group_unknown")
    secret = new_key()
    key = ApiKey(
        public_id=new_public_id("key"),
        person_id=actor.person.id,
        name=clean_name(name),
        digest=digest(secret),
        permissions=None if permissions is None else " ".join(sorted(map(name_of, permissions))),
        limited_to_groups=groups is not None,
        created_at=now,
        expires_at=now + ttl,
    )
    session.add(key)
    session.flush()
    session.add_all(ApiKeyGroup(key_id=key.id, group_id=group.id) for group in groups or ())
    note(session, actor, action="key.made", group=None, now=now, subject=key.public_id)
    return key, secret


def list_keys(session: Session, actor: Actor, *, now: datetime) -> list[ApiKey]:
    """The actor's keys that still open something, oldest first."""
    open_ones = ApiKey.revoked_at.is_(None), ApiKey.expires_at > now
    mine = select(ApiKey).where(ApiKey.person_id == actor.person.id, *open_ones)
    return list(session.scalars(mine.order_by(ApiKey.id)))


def list_key_groups(session: Session, key: ApiKey) -> list[Group]:
    """The groups that it is limited to, if it is."""
    theirs = select(ApiKeyGroup.group_id).where(ApiKeyGroup.key_id == key.id)
    return list(session.scalars(select(Group).where(Group.id.in_(theirs)).order_by(Group.id)))


def revoke_key(session: Session, actor: Actor, *, public_id: str, now: datetime) -> ApiKey:
    """From now on it opens nothing; a second time changes nothing. Raises NotFound."""
    mine = select(ApiKey).where(ApiKey.public_id == public_id, ApiKey.person_id == actor.person.id)
    key = session.scalar(mine.with_for_update()) if is_public_id(public_id) else None
    if key is None:
        raise NotFound("no_such_key", key=public_id)
    if key.revoked_at is None:
        key.revoked_at = now
        note(session, actor, action="key.revoked", group=None, now=now, subject=public_id)
    return key


def find_key(session: Session, *, secret: str, now: datetime) -> ApiKey | None:
    """The key with its person, while it opens something. One query."""
    if not is_key(secret):
        return None
    return session.scalar(_OPEN_BY_DIGEST, {"digest": digest(secret), "now": now})


def scope_of(session: Session, key: ApiKey) -> Scope | None:
    """What the key is limited to, None where it may do all that its owner may."""
    allowed = key.allowed()
    if allowed is None and not key.limited_to_groups:
        return None
    groups = None
    if key.limited_to_groups:
        theirs = select(ApiKeyGroup.group_id).where(ApiKeyGroup.key_id == key.id)
        groups = frozenset(session.scalars(theirs))
    return Scope(groups, allowed)


def is_to_be_touched(key: ApiKey, *, now: datetime) -> bool:
    """Whether its last use was noted so long ago that it is worth a write."""
    return key.last_used_at is None or key.last_used_at <= now - TOUCHED_EVERY


def touch_key(session: Session, key_id: int, *, now: datetime) -> None:
    """Note that it was used."""
    change(session, update(ApiKey).where(ApiKey.id == key_id).values(last_used_at=now))
