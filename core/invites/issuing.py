"""Issuing: an invite is made within the limits that protect people from being flooded."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Actor
from core.groups import Group
from core.invites import Invite, Offer, check_offer, create_invite
from core.invites.limits import check_limits


def issue_invite(
    session: Session, actor: Actor, *, group: Group, offer: Offer, now: datetime
) -> tuple[Invite, str]:
    """Make an invite, as `create_invite` does. Raises Limited too.

    The limits are asked last: they must not tell a stranger that there is such a group.
    """
    check_offer(session, actor, group=group, offer=offer)
    recipient = (offer.invitee.id if offer.invitee else None, offer.claim)
    check_limits(session, actor, group=group, recipient=recipient, now=now)
    return create_invite(session, actor, group=group, offer=offer, now=now)
