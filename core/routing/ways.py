"""The ways by which a fact finds those who hear of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlalchemy.orm import Session

from core.access import Role
from core.chats import Chat, list_chats
from core.deliveries.fanning import Destination, Route
from core.deliveries.reach import first_rungs
from core.facts.fact import Fact
from core.members import list_leaders


def rooms(kind: str) -> Route:
    """Every room of the group."""

    def route(session: Session, fact: Fact) -> Iterable[Destination]:
        for chat in list_chats(session, fact.group_id):
            yield in_room(chat, kind)

    return route


def in_room(chat: Chat, kind: str) -> Destination:
    """The room; held back with the reason where we can't speak there."""
    held = f"we can't speak in this room: {chat.lost_reason}" if chat.is_silent else None
    return Destination(chat.platform, chat.address, kind, held)


def person(kind: str, person_of: Callable[[Fact], int]) -> Route:
    """Wherever the person can be written to in private."""

    def route(session: Session, fact: Fact) -> Iterable[Destination]:
        return private(session, [person_of(fact)], kind)

    return route


def leaders(kind: str, least: Role) -> Route:
    """The group's own people of that rank who can be reached, else those of the groups above."""

    def route(session: Session, fact: Fact) -> Iterable[Destination]:
        return lead(session, fact.group_id, kind, least)

    return route


def lead(session: Session, group_id: int, kind: str, least: Role) -> list[Destination]:
    """The same as `leaders`, found at once."""
    own, above = list_leaders(session, group_id, least=least)
    return private(session, own, kind) or private(session, above, kind)


def private(session: Session, person_ids: Iterable[int], kind: str) -> list[Destination]:
    """Each person's first way to be written to in private; who has none is left out."""
    rungs = first_rungs(session, person_ids)
    return [Destination(one.platform, one.address, kind) for one in rungs]
