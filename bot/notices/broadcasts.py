"""What the author of a broadcast hears when it is done."""

from __future__ import annotations

from sqlalchemy.orm import Session, joinedload

from bot.command import Button
from bot.notices.notice import Notice
from bot.notices.progress import ends
from bot.texts import say
from bot.words.broadcasts import outcome
from core.broadcasts import Broadcast
from core.broadcasts.report import outcome_of
from core.facts import Fact
from core.facts.broadcasts import BroadcastDone


def broadcast_done(session: Session, fact: Fact) -> Notice | None:
    """In numbers, with the table and another try behind buttons: the last edit of the message that
    showed how far it was.
    """
    assert isinstance(fact, BroadcastDone)
    load = [joinedload(Broadcast.group, innerjoin=True)]
    found = session.get(Broadcast, fact.broadcast_id, options=load)
    if found is None:
        return None
    code = found.public_id
    buttons = (
        (Button(say("Who got it"), f"/broadcast table {code}"),),
        (Button(say("Try the others by another channel"), f"/broadcast retry {code}"),),
    )
    card = Notice(outcome(found, outcome_of(session, found)), buttons if found.outbox_id else ())
    return ends(card, fact.subject)
