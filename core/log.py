"""Reading the audit: who did what in a group, when, to whom, and by which front end."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from core.access import Actor, Permission, require
from core.audit import AuditEntry
from core.groups import Group
from core.pages import Cursor, Page, turn_to
from core.people import Person
from core.people.selves import current_self, selves_of
from core.rosters.players import Player

PAGE_SIZE = 10
EXPORT_LIMIT = 10_000
SUBJECT = re.compile(r"person:(\d{1,18})")


@dataclass(frozen=True, slots=True)
class Deed:
    """An entry with the names of today. `actor` is None when nobody knows any more."""

    entry: AuditEntry
    actor: str | None
    subject: str | None


def list_deeds(
    session: Session,
    actor: Actor,
    *,
    group: Group,
    about: Person | None = None,
    cursor: Cursor | None = None,
    size: int = PAGE_SIZE,
) -> tuple[list[Deed], Page[AuditEntry]]:
    """What was done in the group, newest first, `size` a page; with `about`, by or to that person.

    Raises Forbidden, NotFound.
    """
    require(session, actor, Permission.READ_LOG, group)
    page = turn_to(
        session,
        _entries(session, group, about),
        key=AuditEntry.id,
        id_of=lambda row: row.id,
        cursor=cursor,
        size=size,
        newest_first=True,
    )
    return _named(session, page.rows), page


def export_deeds(
    session: Session, actor: Actor, *, group: Group, about: Person | None = None
) -> list[Deed]:
    """The newest ten thousand of them, newest first. Raises Forbidden, NotFound."""
    require(session, actor, Permission.READ_LOG, group)
    query = _entries(session, group, about).order_by(AuditEntry.id.desc()).limit(EXPORT_LIMIT)
    return _named(session, session.scalars(query).all())


def _entries(session: Session, group: Group, about: Person | None) -> Select[AuditEntry]:
    query = select(AuditEntry).where(AuditEntry.group_id == group.id)
    if about is None:
        return query
    selves = list(session.scalars(selves_of(about.id)))
    subjects = [f"person:{id_}" for id_ in selves]
    return query.where(or_(AuditEntry.actor_id.in_(selves), AuditEntry.subject.in_(subjects)))


def _named(session: Session, entries: Iterable[AuditEntry]) -> list[Deed]:
    entries, names = list(entries), dict[int, str | None]()
    players = _players(session, {entry.subject or "" for entry in entries})
    return [
        Deed(
            entry,
            _name(session, names, entry.actor_id),
            players.get(entry.subject or "") or _subject(session, names, entry.subject),
        )
        for entry in entries
    ]


def _name(session: Session, names: dict[int, str | None], person_id: int | None) -> str | None:
    if person_id is None:
        return None
    if person_id not in names:
        person = current_self(session, person_id)
        names[person_id] = person.name if person else None
    return names[person_id]


def _players(session: Session, subjects: set[str]) -> dict[str, str]:
    """The names of those who are on a roster today, by their public ids."""
    ids = [one for one in subjects if one.startswith("ply_")]
    rows = session.execute(select(Player.public_id, Player.name).where(Player.public_id.in_(ids)))
    return {row.public_id: row.name for row in rows}


def _subject(session: Session, names: dict[int, str | None], subject: str | None) -> str | None:
    person = SUBJECT.fullmatch(subject or "")
    return _name(session, names, int(person[1])) if person else subject
