"""What a unit of work is, for those who run it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.orm import Session

T = TypeVar("T")
Unit = Callable[[Session], T]
Topics = frozenset[str]
Heard = Callable[[Topics], None]

_TOPICS = "topics"


def announce(session: Session, topic: str) -> None:
    """Tell the listeners of `Database.on_commit` about `topic`, if and when this unit commits."""
    session.info.setdefault(_TOPICS, set()).add(topic)


def topics_of(session: Session) -> Topics:
    """What its unit has announced."""
    return frozenset(session.info.get(_TOPICS, ()))
