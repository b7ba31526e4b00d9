"""Who reads what we say, and so in which language and zone it is told."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.catalogues import best_locale, served_locale
from bot.texts import Reader
from core.claims import Claim
from core.groups import Group
from core.people import Person, find_identity


def reader_of(person: Person | None, group: Group | None, fallback: Reader) -> Reader:
    """The person's own language and zone, else those of the group, else those of the fallback."""
    asked = [one for one in (person, group) if one is not None]
    locale = served_locale(*(one.locale for one in asked))
    zone = next((one.timezone for one in asked if one.timezone), fallback.timezone)
    return Reader(locale or best_locale(fallback.locale), zone)


def read_by(session: Session, claim: Claim, fallback: Reader) -> Reader:
    """One person, where the address is theirs, or everybody in the group's room."""
    identity = find_identity(session, platform=claim.channel, address=claim.address)
    group_id = claim.event.group_id
    group = session.get(Group, group_id) if group_id is not None else None
    return reader_of(identity.person if identity else None, group, fallback)
