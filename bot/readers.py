"""Who reads a delivery, and so in which language and zone it is told."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.catalogues import best_locale
from bot.texts import Reader
from core.claims import Claim
from core.people import find_identity


def read_by(session: Session, claim: Claim, fallback: Reader) -> Reader:
    """One person, where the address is theirs. A room, and what a person has not said, is told as
    the `fallback` reads.
    """
    identity = find_identity(session, platform=claim.channel, address=claim.address)
    if identity is None:
        return fallback
    person = identity.person
    return Reader(best_locale(person.locale, fallback.locale), person.timezone or fallback.timezone)
