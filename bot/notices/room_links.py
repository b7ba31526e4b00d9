"""The platform is to make a member's link into a room, or to end it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.notices.link_acts import LinkEnd, LinkOrder
from core.chats.doors import get_link
from core.facts import Fact, RoomLinkEnded, RoomLinkWanted


def room_link(session: Session, fact: Fact) -> LinkOrder | None:
    """The platform makes the link, unless it is not needed any more."""
    assert isinstance(fact, RoomLinkWanted)
    link = get_link(session, fact.link_id)
    if link is None or link.ended_at is not None or link.url is not None:
        return None
    return LinkOrder(link.id, link.name, link.expires_at)


def room_link_end(session: Session, fact: Fact) -> LinkEnd | None:
    """The platform ends the link."""
    assert isinstance(fact, RoomLinkEnded)
    link = get_link(session, fact.link_id)
    return LinkEnd(link.url) if link is not None and link.url is not None else None
