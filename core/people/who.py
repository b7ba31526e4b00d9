"""Who is meant: a member of a group by number, @username, name, or by what they said."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, contains_eager

from core.access import Actor, Member, MemberState, Permission, require
from core.errors import Invalid, NotFound
from core.groups import Group
from core.people import Identity, Person, Sender
from core.people.name_words import NameWord, is_called, words_of
from core.people.selves import is_somebody

MOST_MEANT = 8
# Misspelt names are looked for among this many members at most.
MOST_COMPARED = 2000
CLOSE = 0.7


@dataclass(frozen=True, slots=True)
class Who:
    """How somebody was named; the first that is given counts. `about` is whose message was
    answered, who was mentioned or picked.
    """

    person_id: int | None = None
    text: str = ""
    about: Sender | None = None


class Meant(NamedTuple):
    """Who may be meant. `certain`: it is one, and not merely somebody whose name is spelt alike;
    `more`: others may be meant as well.
    """

    members: list[Member]
    certain: bool
    more: bool = False


def find_meant(
    session: Session,
    actor: Actor,
    *,
    group: Group,
    permission: Permission,
    who: Who,
    states: Collection[MemberState] = (MemberState.ACTIVE,),
) -> Meant:
    """The members who may be meant, MOST_MEANT at most, each with their person.

    Asks for the right first and looks only within the group: nobody else is revealed, not even by
    the difference between two refusals. Raises NotFound for nobody, Forbidden, or Invalid when
    nobody was named.
    """
    require(session, actor, permission, group)
    query = (
        select(Member)
        .join(Member.person)
        .where(Member.group_id == group.id, Member.state.in_(states), is_somebody())
        .options(contains_eager(Member.person))
        .order_by(Member.id)
        .limit(MOST_MEANT + 1)
    )
    named = _named(session, query, who)
    if named:
        return Meant(named[:MOST_MEANT], certain=len(named) == 1, more=len(named) > MOST_MEANT)
    alike = _alike(session, query, words_of(who.text)) if _is_name(who) else []
    if not alike:
        raise NotFound("who_not_here", group=group.name)
    return Meant(alike, certain=False)


def _is_name(who: Who) -> bool:
    return who.person_id is None and not who.text.startswith("@") and bool(words_of(who.text))


def _named(session: Session, query: Select[Member], who: Who) -> list[Member]:
    if who.person_id is not None:
        return list(session.scalars(query.where(Member.person_id == who.person_id)))
    if who.text.startswith("@"):
        return _by_username(session, query, who.text[1:])
    if who.text:
        return _by_name(session, query, who.text)
    if who.about is not None:
        return _by_identity(session, query, who.about)
    raise Invalid("who_missing")


def _by_username(session: Session, query: Select[Member], username: str) -> list[Member]:
    named = exists().where(
        Identity.person_id == Member.person_id, func.lower(Identity.username) == username.lower()
    )
    return list(session.scalars(query.where(named)))


def _by_identity(session: Session, query: Select[Member], sender: Sender) -> list[Member]:
    known = exists().where(
        Identity.person_id == Member.person_id,
        Identity.platform == sender.platform,
        Identity.address == sender.address,
    )
    return list(session.scalars(query.where(known)))


def _by_name(session: Session, query: Select[Member], text: str) -> list[Member]:
    """The exact name before its beginnings."""
    words = words_of(text)
    if not words:
        return list(session.scalars(query.where(Person.name == text)))
    whole = [exists().where(NameWord.person_id == Person.id, NameWord.word == w) for w in words]
    exact = [
        row for row in session.scalars(query.where(*whole)) if words_of(row.person.name) == words
    ]
    if exact:
        return exact
    return list(session.scalars(query.where(*is_called(text))))


def _alike(session: Session, query: Select[Member], words: list[str]) -> list[Member]:
    wanted = " ".join(words)
    members = session.scalars(query.limit(MOST_COMPARED)).all()
    names = {row: " ".join(words_of(row.person.name)) for row in members}
    close = difflib.get_close_matches(wanted, set(names.values()), n=MOST_MEANT, cutoff=CLOSE)
    return [row for row in members if names[row] in close][:MOST_MEANT]
