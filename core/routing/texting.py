"""What goes to phone numbers that were written down."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from core.deliveries.fanning import Destination, Route
from core.facts.fact import Fact
from core.facts.texting import InviteTexted
from core.invites import Invite
from core.invites.texting import INVITE_TEXT, TEXTED_BY, number_of


def at_its_number(session: Session, fact: Fact) -> Iterable[Destination]:
    assert isinstance(fact, InviteTexted)
    invite = session.get(Invite, fact.invite_id)
    number = number_of(invite) if invite else None
    return [Destination(TEXTED_BY, number, INVITE_TEXT)] if number else []


ROUTES: dict[type[Fact], tuple[Route, ...]] = {InviteTexted: (at_its_number,)}
