"""The letter of a broadcast for one of its readers: with their name, and a link of their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.broadcast_fields import fields_of
from bot.cards.events import answer_row
from bot.letter_shelf import LetterShelf
from bot.notices.notice import Notice
from bot.words.broadcasts import letter
from core.broadcasts import LETTER, BroadcastState
from core.deliveries.claims import Claim
from core.facts import Fact
from core.facts.broadcasts import BroadcastSent
from core.guests import Guest
from core.people import Person


def render_letter(
    session: Session,
    fact: Fact,
    *,
    channel: str,
    address: str,
    now: datetime,
    shelf: LetterShelf | None = None,
) -> Notice | None:
    """None when it was called back. Makes the reader's link where the text has a place for it, so
    it is run where rows can be written.
    """
    assert isinstance(fact, BroadcastSent)
    shelf = shelf or LetterShelf(session)
    found = shelf.broadcast(fact.broadcast_id)
    if found is None or found.state is BroadcastState.CANCELLED:
        return None
    reader = shelf.recipient(found, channel, address)
    guest = session.get(Guest, reader.guest_id) if reader and reader.guest_id else None
    person = session.get(Person, reader.person_id) if reader and reader.person_id else None
    event = shelf.event(found)
    text = letter(
        found.text,
        group=shelf.group(found).name,
        author=shelf.author(found),
        fields=fields_of(session, found, event, guest, person, now=now),
    )
    buttons = (answer_row(event),) if event is not None and guest is not None and person else ()
    return Notice(text, buttons)


def lay_out(session: Session, claims: Sequence[Claim]) -> LetterShelf:
    """What those of the claims that are letters will ask for."""
    shelf, places = LetterShelf(session), defaultdict(list)
    for claim in claims:
        if claim.kind == LETTER and isinstance(
            number := claim.event.payload.get("broadcast_id"), int
        ):
            places[number, claim.channel].append(claim.address)
    for (broadcast_id, channel), addresses in places.items():
        shelf.lay_out(broadcast_id, channel, addresses)
    return shelf
