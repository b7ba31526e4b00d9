"""Who runs the event with very many guests."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from core.access import Actor
from core.people import Sender, recognise

HOST = Sender("telegram", "1", "Alice")


def host_of(session: Session) -> Actor:
    """As who acts."""
    return Actor(recognise(session, sender=HOST, now=datetime.now(UTC)).person, via="telegram")
