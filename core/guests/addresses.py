"""Which guest an address belongs to, and who takes over where it refuses for good."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.deliveries.claims import Claim
from core.deliveries.reach import fall_back, hand_to
from core.events import find_event
from core.facts import read_fact
from core.facts.events import EventFact
from core.guests import Guest
from core.guests.self_service import make_guest_link
from core.invites.texting import TEXTED_BY
from core.invites.whom import EMAIL
from core.mail.mailing import is_mail_set_up
from core.people import find_identity


def guest_at(session: Session, event_id: int, *, channel: str, address: str) -> Guest | None:
    """The first guest of the event whose address it is: of their account, or as it was written."""
    known = find_identity(session, platform=channel, address=address)
    theirs = Guest.email == address if channel == EMAIL else Guest.phone == address
    if known is not None:
        theirs = or_(theirs, Guest.person_id == known.person_id)
    query = select(Guest).where(Guest.event_id == event_id, theirs, Guest.removed_at.is_(None))
    return session.scalar(query.order_by(Guest.id).limit(1))


def link_token(
    session: Session, event_id: int, *, channel: str, address: str, now: datetime
) -> str | None:
    """A token by which the guest at the address answers; None for nobody's, or once it is off."""
    event = find_event(session, event_id)
    guest = guest_at(session, event_id, channel=channel, address=address)
    if event is None or guest is None or event.cancelled_at is not None:
        return None
    return make_guest_link(session, guest, now=now)


def take_over(session: Session, claim: Claim, *, channels: Collection[str], now: datetime) -> bool:
    """The address refused for good: whoever it belongs to is told by their next channel, a guest
    without an account by the e-mail address on the list. Whether anything takes over.
    """
    if fall_back(session, claim, channels=channels, now=now):
        return True
    fact = read_fact(claim.event.event_type, claim.event.payload)
    if claim.channel != TEXTED_BY or EMAIL not in channels or not isinstance(fact, EventFact):
        return False
    guest = guest_at(session, fact.group_id, channel=TEXTED_BY, address=claim.address)
    if guest is None or guest.email is None or not is_mail_set_up(session):
        return False
    return hand_to(session, claim, (EMAIL, guest.email), kind=claim.kind, now=now)
