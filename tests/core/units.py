"""Small units of work over groups."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core.groups import Group, Kind
from tests.cast import NOW


def found(session: Session, name: str = "Lions") -> Group:
    group = Group(kind=Kind.TEAM, name=name, slug=name.lower(), created_at=NOW)
    session.add(group)
    session.flush()
    return group


def count(session: Session) -> int:
    return session.scalars(select(func.count()).select_from(Group)).one()


def rename(group_id: int, name: str) -> Callable[[Session], None]:
    def unit(session: Session) -> None:
        # In the statement: what is read before a lock is waited for may be old by then.
        renamed = update(Group).where(Group.id == group_id).values(name=Group.name + name)
        session.execute(renamed)

    return unit
