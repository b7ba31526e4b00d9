"""What goes to e-mail addresses that were written down."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from core.deliveries.fanning import Destination, Route
from core.deliveries.reach import first_rungs
from core.facts.fact import Fact
from core.facts.invites import InviteFact
from core.facts.mail import InviteMailed, RosterAsked
from core.facts.members import MemberJoined
from core.invites import Invite
from core.invites.whom import EMAIL
from core.mail.mailing import INVITE_MAIL, REMINDER_MAIL, address_of
from core.rosters.mail import own_addresses


def _at_its_address(kind: str) -> Route:
    def route(session: Session, fact: Fact) -> Iterable[Destination]:
        assert isinstance(fact, InviteFact)
        invite = session.get(Invite, fact.invite_id)
        address = address_of(invite) if invite else None
        return [Destination(EMAIL, address, kind)] if address else []

    return route


def registration(session: Session, fact: Fact) -> Iterable[Destination]:
    """Who is in and has no chat with us hears of it by e-mail; the others saw it happen."""
    assert isinstance(fact, MemberJoined)
    for one in first_rungs(session, [fact.person_id]):
        if one.platform == EMAIL:
            yield Destination(EMAIL, one.address, "registration")


def _asker(session: Session, fact: Fact) -> Iterable[Destination]:
    """One address is enough: it is a file."""
    assert isinstance(fact, RosterAsked)
    for address in own_addresses(session, fact.person_id)[:1]:
        yield Destination(EMAIL, address, "roster_export")


reminder = _at_its_address(REMINDER_MAIL)
ROUTES: dict[type[Fact], tuple[Route, ...]] = {
    InviteMailed: (_at_its_address(INVITE_MAIL),),
    RosterAsked: (_asker,),
}
