"""Authors: who had something begun that goes on without them, and whether they still may."""

from __future__ import annotations

from collections.abc import Callable, Collection

from sqlalchemy.orm import Session

from core.access import Actor
from core.errors import CoreError
from core.people import keys_of
from core.people.selves import current_self


def author_of(session: Session, person_id: int, via: str, rulers: Collection[str]) -> Actor | None:
    """Who that is today; None when they were forgotten. `rulers` are the system admins of today."""
    person = current_self(session, person_id)
    if person is None or person.erased_at is not None:
        return None
    rules = bool(rulers) and not keys_of(session, person.id).isdisjoint(rulers)
    return Actor(person, via, frozenset(rulers), rules)


def why_not(author: Actor | None, check: Callable[[Actor], object]) -> str | None:
    """The code of the refusal for what the author began, if it would be refused by now."""
    if author is None:
        return "author_gone"
    try:
        check(author)
    except CoreError as refusal:
        return refusal.code
    return None
