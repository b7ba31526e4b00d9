"""Who hears of a player's contract: each guardian by e-mail, and in a chat where they have one; at
their number where nothing else is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy.orm import Session

from core.deliveries.fanning import Destination, Route
from core.deliveries.reach import first_of
from core.facts.fact import Fact
from core.facts.roster import (
    ContractSent,
    ContractSigned,
    LinkDue,
    PlayerFact,
    RosterImported,
    WelcomeAsked,
)
from core.invites.texting import NEWS, TEXTED_BY, Wanted, takes_texts
from core.people import list_reachable
from core.rosters.guardians import people_of
from core.rosters.players import Guardian, list_guardians
from core.rosters.welcomes import CARD, LINK, WELCOME
from core.routing.ways import private

EMAIL = "email"
NO_GUARDIAN = "no guardian is written down"
NO_ADDRESS = "no e-mail address and no phone number"
NOT_IN_CHAT = "no e-mail address, and not in a chat with us yet"
# By these a guardian is told who never wrote to us, and of whom a number alone is known.
TEMPLATES: dict[str, Wanted] = {
    CARD: NEWS,
    WELCOME: (("usher_contract", ("player", "group", "next")), *NEWS),
    LINK: NEWS,
}


def to_guardians(kind: str) -> Route:
    """Wherever the player's guardians can be told. Of whom can't be, the trail says why."""

    def route(session: Session, fact: Fact) -> Iterable[Destination]:
        assert isinstance(fact, PlayerFact)
        guardians = list_guardians(session, [fact.player_id])[fact.player_id]
        if not guardians:
            yield Destination(EMAIL, fact.subject, kind, NO_GUARDIAN)
        for guardian in guardians:
            yield from _told(session, guardian, kind)

    return route


def _told(session: Session, guardian: Guardian, kind: str) -> Iterator[Destination]:
    reachable = list_reachable(session, people_of(session, guardian))
    mail = guardian.email or next((one.address for one in reachable if one.platform == EMAIL), None)
    if mail is not None:
        yield Destination(EMAIL, mail, kind)
    chats = first_of(one for one in reachable if one.platform != EMAIL)
    yield from (Destination(one.platform, one.address, kind) for one in chats)
    if mail is not None or chats:
        return
    number = guardian.phone
    if number is not None and takes_texts(session, number, by=TEMPLATES[kind]):
        yield Destination(TEXTED_BY, number, kind)
    else:
        lost = NO_ADDRESS if not guardian.claims else NOT_IN_CHAT
        yield Destination(EMAIL, f"guardian:{guardian.id}", kind, lost)


def _importer(session: Session, fact: Fact) -> Iterable[Destination]:
    assert isinstance(fact, RosterImported)
    return private(session, [fact.person_id], "roster_imported")


ROUTES: dict[type[Fact], tuple[Route, ...]] = {
    ContractSent: (to_guardians(CARD),),
    ContractSigned: (to_guardians(WELCOME),),
    WelcomeAsked: (to_guardians(WELCOME),),
    LinkDue: (to_guardians(LINK),),
    RosterImported: (_importer,),
}
