"""Who hears of invites."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from core.deliveries.fanning import Destination, Route
from core.deliveries.reach import HAND_OVER, INVITE
from core.facts.fact import Fact
from core.facts.invites import (
    ClaimRaised,
    InviteDeclined,
    InviteEnding,
    InviteExpired,
    InviteFact,
    InviteRevoked,
    PersonInvited,
    StrangerOpened,
)
from core.invites import Invite
from core.invites.awaited import list_awaited
from core.routing.mail import reminder
from core.routing.ways import private


def _inviter(kind: str) -> Route:
    """Who made the invite that the fact is about."""

    def route(session: Session, fact: Fact) -> Iterable[Destination]:
        assert isinstance(fact, InviteFact)
        invite = session.get(Invite, fact.invite_id)
        return private(session, [invite.inviter_id], kind) if invite else []

    return route


def _invitee(session: Session, fact: Fact) -> Iterable[Destination]:
    """Who was invited; if they can't be reached by now, who is to hand the invite over."""
    assert isinstance(fact, PersonInvited)
    inviter_id = session.get_one(Invite, fact.invite_id).inviter_id
    invitee = private(session, [fact.person_id], INVITE)
    return invitee or private(session, [inviter_id], HAND_OVER)


def _awaited(session: Session, fact: Fact) -> Iterable[Destination]:
    assert isinstance(fact, InviteFact)
    return private(session, list_awaited(session, fact.invite_id), "invite_ending")


ROUTES: dict[type[Fact], tuple[Route, ...]] = {
    PersonInvited: (_invitee,),
    StrangerOpened: (_inviter("stranger_opened"),),
    ClaimRaised: (_inviter("claim_raised"),),
    InviteRevoked: (),
    InviteExpired: (_inviter("invite_expired"),),
    InviteDeclined: (_inviter("invite_declined"),),
    InviteEnding: (_awaited, reminder),
}
