"""Selves: the people who became one, or nobody any more; who a person is today."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import CTE, ColumnElement, Select, bindparam, select
from sqlalchemy.orm import Session, aliased

from core.people import Person


def is_somebody() -> ColumnElement[bool]:
    """That the Person can be meant: who became another one, or was erased, is only referred to."""
    return Person.merged_into_id.is_(None) & Person.erased_at.is_(None)


def selves_of(person_id: int) -> Select[int]:
    """A query for the ids of the person and of all who were merged into them."""
    selves: CTE = select(Person.id).where(Person.id == person_id).cte("selves", recursive=True)
    merged = aliased(Person)
    selves = selves.union(select(merged.id).where(merged.merged_into_id == selves.c.id))
    return select(selves.c.id)


def current_self(session: Session, person_id: int) -> Person | None:
    """Who that person is today, when they were merged into another one since."""
    person = session.get(Person, person_id)
    while person is not None and person.merged_into_id is not None:
        person = session.get(Person, person.merged_into_id)
    return person


def lock_people(session: Session, ids: Collection[int]) -> dict[int, Person]:
    """The people as they are now, locked in the order of their ids, so that two who lock the same
    people never wait for each other.
    """
    query = select(Person).where(Person.id.in_(ids)).order_by(Person.id).with_for_update()
    fresh = query.execution_options(populate_existing=True)
    return {person.id: person for person in session.scalars(fresh)}


_FATE = select(Person.merged_into_id, Person.erased_at).where(Person.id == bindparam("person_id"))


def is_overtaken(session: Session, person: Person) -> bool:
    """Whether another unit merged or erased the person since this one met them.

    What this unit wrote about them would be lost to them: it must run again. The lock that a merge
    holds makes every row that refers to the person wait, so asking last is soon enough.
    """
    if session.get_bind().dialect.name == "sqlite":
        return False  # whoever writes is alone
    session.flush()
    fresh = session.execute(_FATE, {"person_id": person.id}).one()
    return fresh != (person.merged_into_id, person.erased_at)
