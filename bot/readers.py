"""Who reads what we say, and so in which language and zone it is told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from bot.catalogues import best_locale, served_locale
from bot.texts import Reader
from core.deliveries.claims import Claim
from core.groups import Group, Tongue
from core.people import Identity, Person, find_identities


def reader_of(person: Person | None, group: Group | Tongue | None, fallback: Reader) -> Reader:
    """The person's own language and zone, else those of the group, else those of the fallback."""
    asked = [one for one in (person, group) if one is not None]
    locale = served_locale(*(one.locale for one in asked))
    zone = next((one.timezone for one in asked if one.timezone), fallback.timezone)
    return Reader(locale or best_locale(fallback.locale), zone)


class Readership:
    """Who reads what is rendered together, asked for once: one person, where the address is
    theirs, or everybody in the group's room.
    """

    def __init__(self, session: Session, claims: Sequence[Claim]) -> None:
        self._session = session
        self._known: dict[tuple[str, str], Identity] = {}
        self._groups: dict[int, Group | None] = {}
        for channel in {claim.channel for claim in claims}:
            self._meet(channel, (claim.address for claim in claims if claim.channel == channel))

    def reader(self, claim: Claim, fallback: Reader) -> Reader:
        identity = self._known.get((claim.channel, claim.address))
        group = self._group(claim.event.group_id)
        return reader_of(identity.person if identity else None, group, fallback)

    def _group(self, group_id: int | None) -> Group | None:
        if group_id is not None and group_id not in self._groups:
            self._groups[group_id] = self._session.get(Group, group_id)
        return None if group_id is None else self._groups[group_id]

    def _meet(self, channel: str, addresses: Iterable[str]) -> None:
        found = find_identities(self._session, platform=channel, addresses=addresses)
        self._known |= {(channel, address): one for address, one in found.items()}
