"""A card in somebody else's chat: its first tap makes the invite, each tap takes one person in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from core.access import Actor
from core.errors import Conflict, Forbidden, Limited, NotFound
from core.invites import Invite, Offer
from core.invites.guesses import count_recent, miss
from core.invites.inline_offers import OPEN_FOR, InlineOffer
from core.invites.issuing import issue_invite
from core.invites.redemptions import Answer, accept_invite
from core.invites.views import remember_view
from core.tokens import digest

# People in a chat that somebody posts into: more than a team, fewer than a city.
MOST_USES = 100


def join_by_card(session: Session, actor: Actor, *, code: str, now: datetime) -> Answer:
    """Accept what the card offers; a member stays one, and each person counts once.

    Raises as `accept_invite` does; Conflict too when who posted it may not invite any more, or the
    card has lain untouched for too long, Limited when they have made too many invites lately.
    """
    guesser = f"person:{actor.person.id}"
    count_recent(session, guesser, now=now)
    offer = _lock(session, code)
    if offer is None:
        raise NotFound("invite_unknown", aftermath=miss(guesser, now=now))
    invite = offer.invite or _make(session, actor, offer, now=now)
    remember_view(session, invite, person_id=actor.person.id, now=now)
    return accept_invite(session, actor, code=invite.public_id, now=now)


def _lock(session: Session, code: str) -> InlineOffer | None:
    """The offer as it is once it is ours: who tapped before may just have made its invite."""
    wanted = InlineOffer.digest == digest(code)
    session.execute(select(InlineOffer.id).where(wanted).with_for_update())
    return session.scalar(
        select(InlineOffer)
        .where(wanted)
        .options(
            joinedload(InlineOffer.person, innerjoin=True),
            joinedload(InlineOffer.group, innerjoin=True),
            joinedload(InlineOffer.invite),
        )
    )


def _make(session: Session, actor: Actor, offer: InlineOffer, *, now: datetime) -> Invite:
    """In the name and by the rights of who posted the card, as they are today."""
    inviter_name, group_name = offer.person.name, offer.group.name
    if offer.offered_at <= now - OPEN_FOR:
        raise Conflict("invite_expired", inviter=inviter_name, group=group_name)
    inviter = Actor(offer.person, actor.via, actor.system_admins)
    wanted = Offer(max_uses=MOST_USES, ttl=OPEN_FOR)
    try:
        invite, _ = issue_invite(session, inviter, group=offer.group, offer=wanted, now=now)
    except (Forbidden, NotFound, Conflict) as refusal:
        raise Conflict("invite_void", inviter=inviter_name, group=group_name) from refusal
    except Limited as refusal:
        raise Limited("card_waits", inviter=inviter_name, group=group_name) from refusal
    offer.invite_id = invite.id
    session.flush()
    return invite
