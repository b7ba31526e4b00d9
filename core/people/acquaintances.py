"""Whom an inviter may know: people who share a group with them, or are in one that they run."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from core.access import Actor, Member, MemberState
from core.groups import Group
from core.people import Identity, Person
from core.people.finding import few_people, find_people, is_known_to
from core.people.name_words import is_called, words_of
from core.people.proofs import Proof

MOST_MEANT = 10
MOST_COMPARED = 1000
MOST_ALIKE = 8
CLOSE = 0.7


def find_known(session: Session, actor: Actor, *, claims: Iterable[str]) -> dict[str, Person]:
    """Who has the username of a claim or has proven its address, of those whom the actor may know.
    Others look like nobody: Usher is no directory of strangers.
    """
    bearers = _bearers_of(session, set(claims))
    query = select(Person).where(Person.id.in_(set(bearers.values())))
    if not actor.system_admin:
        query = query.where(or_(is_known_to(actor), _shares_group_with(actor)))
    known = {person.id: person for person in session.scalars(query)}
    return {claim: known[one] for claim, one in bearers.items() if one in known}


def find_known_by_name(
    session: Session, actor: Actor, *, group: Group, name: str
) -> tuple[list[Person], bool]:
    """Who may be meant by a name among those whom `find_people` shows, else among the group's own
    members; and whether it is one. Names that are merely spelt alike are never certain.

    Raises Forbidden, NotFound, or Invalid for a name without a letter or digit.
    """
    people = find_people(session, actor, group=group, text=name).rows
    exact = [person for person in people if words_of(person.name) == words_of(name)]
    if exact or people:
        return (exact or people), len(exact or people) == 1
    inside = Member.group_id == group.id, Member.state == MemberState.ACTIVE
    members = select(Person).join(Member, Member.person_id == Person.id).where(*inside)
    named = list(session.scalars(members.where(*is_called(name)).limit(MOST_MEANT)))
    if named:
        return named, len(named) == 1
    return _alike(session, actor, name), False


def _bearers_of(session: Session, claims: set[str]) -> dict[str, int]:
    """The person behind each claim, known to the actor or not."""
    names = {claim.partition(":@")[2] for claim in claims if ":@" in claim}
    proofs = {claim.partition(":")[2] for claim in claims if ":@" not in claim}
    named = select(Identity.platform, func.lower(Identity.username), Identity.person_id)
    proven = select(Proof.kind, Proof.address, Proof.person_id)
    found = [
        (f"{platform}:@{username}", person_id)
        for platform, username, person_id in session.execute(
            named.where(func.lower(Identity.username).in_(names))
        )
    ]
    found += [
        (f"{kind}:{address}", person_id)
        for kind, address, person_id in session.execute(proven.where(Proof.address.in_(proofs)))
    ]
    return {claim: person_id for claim, person_id in found if claim in claims}


def _alike(session: Session, actor: Actor, name: str) -> list[Person]:
    """People of a small realm whose names are nearly this one."""
    few = None if actor.system_admin else few_people(session, actor)
    if few is None:
        return []
    query = select(Person).where(Person.id.in_(few)).order_by(Person.id).limit(MOST_COMPARED)
    people = session.scalars(query).all()
    names = {person: " ".join(words_of(person.name)) for person in people}
    wanted = " ".join(words_of(name))
    close = get_close_matches(wanted, set(names.values()), n=MOST_ALIKE, cutoff=CLOSE)
    return [person for person in people if names[person] in close][:MOST_ALIKE]


def _shares_group_with(actor: Actor) -> ColumnElement[bool]:
    active = Member.state == MemberState.ACTIVE
    mine = select(Member.group_id).where(Member.person_id == actor.person.id, active)
    if actor.scope is not None and actor.scope.groups is not None:
        mine = mine.where(Member.group_id.in_(actor.scope.groups))
    return Person.id.in_(select(Member.person_id).where(Member.group_id.in_(mine), active))
