"""Which guardian a message about a player went to, as the club calls them."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.people import find_identity
from core.rosters.guardians import people_of
from core.rosters.players import Guardian, Player, list_guardians


def guardian_named(session: Session, subject: str | None, channel: str, address: str) -> str | None:
    """The name that the club wrote down, else the player's; None where it is not about a player."""
    kind, _, number = (subject or "").partition(":")
    player = session.get(Player, int(number)) if kind == "player" else None
    if player is None:
        return None
    for one in list_guardians(session, [player.id])[player.id]:
        if _is_theirs(session, one, channel, address):
            return one.name or player.name
    return player.name


def _is_theirs(session: Session, guardian: Guardian, channel: str, address: str) -> bool:
    if address in (guardian.email, f"guardian:{guardian.id}"):
        return True
    identity = find_identity(session, platform=channel, address=address)
    return identity is not None and identity.person_id in people_of(session, guardian)
