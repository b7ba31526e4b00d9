"""Guardians as they are written down, and whose guardian somebody can show to be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, contains_eager

from core.access import Actor
from core.contacts.emails import looks_like_email, part_named, read_email
from core.contacts.phones import looks_like_phone, read_phone
from core.errors import Invalid
from core.groups import archived
from core.invites.whom import claim_of_username
from core.names import clean_name, clean_text
from core.people import Identity
from core.people.proofs import Proof, claims_of
from core.rosters.players import Guardian, Player

PARTS = re.compile(r"[,;\n]")
NUMBER_AT_END = re.compile(r"(?P<name>.*?\S)\s+(?P<number>\+?\d[\d\s().\-/]{5,})")
MOST_CHILDREN = 20


@dataclass(frozen=True, slots=True)
class Contact:
    """A guardian as the club wrote them down: a name and addresses, each of them optional."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    handle: str | None = None
    person_id: int | None = None

    @property
    def is_empty(self) -> bool:
        return self == Contact()


def read_guardian(text: str, *, platform: str, region: str) -> Contact:
    """`Dana Levi, dana@example.org, +972 50 123 4567`, in any order; a @username is one of
    `platform`, a number without its country's code is dialled in `region`. Raises Invalid.
    """
    names: list[str] = []
    found: dict[str, str] = {}
    for word in _words(text):
        kind, value = _read(word, platform, region)
        if kind == "name":
            names.append(value)
        elif found.setdefault(kind, value) != value:
            raise Invalid("guardian_twice", who=word)
    name = clean_name(" ".join(names)) if names else None
    contact = Contact(name, found.get("email"), found.get("phone"), found.get("handle"))
    if contact.is_empty:
        raise Invalid("guardian_blank")
    return contact


def list_children(session: Session, actor: Actor) -> list[Guardian]:
    """Whose guardian the actor is: a row for each child, with the player and their group."""
    theirs = (
        select(Guardian)
        .join(Guardian.player)
        .where(is_guardian(session, actor), Player.group_id.not_in(archived()))
        .options(contains_eager(Guardian.player).joinedload(Player.group, innerjoin=True))
        .order_by(Player.id, Guardian.place)
    )
    rows = list(session.scalars(theirs.limit(2 * MOST_CHILDREN)))
    first = {row.player_id: row for row in reversed(rows)}
    return [first[id_] for id_ in sorted(first)][:MOST_CHILDREN]


def find_guardian(session: Session, actor: Actor, player: Player) -> Guardian | None:
    """The actor as a guardian of that player, if they are one."""
    query = select(Guardian).where(Guardian.player_id == player.id, is_guardian(session, actor))
    return session.scalar(query.order_by(Guardian.place).limit(1))


def is_guardian(session: Session, actor: Actor) -> ColumnElement[bool]:
    """That a Guardian is the actor: pointed at, or shown by what they can prove today."""
    claims = claims_of(session, actor.person.id)
    proven = {
        kind: {one.partition(":")[2] for one in claims if one.startswith(f"{kind}:")}
        for kind in ("email", "phone")
    }
    return or_(
        Guardian.person_id == actor.person.id,
        Guardian.email.in_(proven["email"]),
        Guardian.phone.in_(proven["phone"]),
        # Who was pointed at by a username stays it, whoever bears that name tomorrow.
        Guardian.person_id.is_(None) & Guardian.handle.in_({one for one in claims if ":@" in one}),
    )


def people_of(session: Session, guardian: Guardian) -> list[int]:
    """The ids of the people who are this guardian, as far as Usher knows."""
    found = [guardian.person_id] if guardian.person_id is not None else []
    for kind, address in (("email", guardian.email), ("phone", guardian.phone)):
        if address is not None:
            holder = select(Proof.person_id).where(Proof.kind == kind, Proof.address == address)
            found += session.scalars(holder)
    if guardian.handle is not None and guardian.person_id is None:
        platform, _, username = guardian.handle.partition(":@")
        bearer = Identity.platform == platform, func.lower(Identity.username) == username
        found += session.scalars(select(Identity.person_id).where(*bearer))
    return list(dict.fromkeys(found))


def _words(text: str) -> Iterator[str]:
    """The parts of what was written, each a name or an address."""
    for part in PARTS.split(text):
        name, address = part_named(part)
        yield from filter(None, (name,))
        bare = [word for word in address.split() if "@" in word]
        rest = " ".join(word for word in address.split() if "@" not in word)
        match = None if looks_like_phone(rest) else NUMBER_AT_END.fullmatch(rest)
        yield from filter(None, (match["name"], match["number"]) if match else (rest,))
        yield from bare


def _read(word: str, platform: str, region: str) -> tuple[str, str]:
    cleaned = clean_text(word)
    if cleaned.startswith("@"):
        return "handle", claim_of_username(platform, cleaned)
    if looks_like_email(cleaned):
        return "email", read_email(cleaned)
    if looks_like_phone(cleaned):
        return "phone", read_phone(cleaned, region=region).key
    return "name", cleaned
