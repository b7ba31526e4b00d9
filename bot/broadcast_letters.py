"""The letter of a broadcast for one of its readers: with their name, and a link of their own."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.broadcast_fields import fields_of
from bot.broadcast_words import letter
from bot.event_cards import answer_row
from bot.notices.notice import Notice
from core.broadcasts import Broadcast, BroadcastRecipient, BroadcastState
from core.events import find_event
from core.facts import Fact
from core.facts.broadcasts import BroadcastSent
from core.groups import get_group
from core.guests import Guest
from core.people import Identity, Person


def render_letter(
    session: Session, fact: Fact, *, channel: str, address: str, now: datetime
) -> Notice | None:
    """None when it was called back. Makes the reader's link where the text has a place for it, so
    it is run where rows can be written.
    """
    assert isinstance(fact, BroadcastSent)
    found = session.get(Broadcast, fact.broadcast_id)
    if found is None or found.state is BroadcastState.CANCELLED:
        return None
    reader = _recipient(session, found, channel, address)
    guest = session.get(Guest, reader.guest_id) if reader and reader.guest_id else None
    person = session.get(Person, reader.person_id) if reader and reader.person_id else None
    event = find_event(session, found.group_id)
    text = letter(
        found.text,
        group=get_group(session, found.group_id).name,
        author=_author(session, found),
        fields=fields_of(session, found, event, guest, person, now=now),
    )
    buttons = (answer_row(event),) if event is not None and guest is not None and person else ()
    return Notice(text, buttons)


def _author(session: Session, found: Broadcast) -> str:
    author = session.get(Person, found.author_id)
    return author.name if author is not None else ""


def _recipient(
    session: Session, found: Broadcast, channel: str, address: str
) -> BroadcastRecipient | None:
    """By the address, or by whose address it is that took over."""
    of_it = select(BroadcastRecipient).where(BroadcastRecipient.broadcast_id == found.id)
    here = (BroadcastRecipient.channel == channel) & (BroadcastRecipient.address == address)
    person = select(Identity.person_id).where(
        Identity.platform == channel, Identity.address == address
    )
    query = of_it.where(or_(here, BroadcastRecipient.person_id.in_(person)))
    return session.scalar(query.order_by(BroadcastRecipient.id).limit(1))
