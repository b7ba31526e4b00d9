"""What people hear in private of a guest list of theirs."""

from __future__ import annotations

from sqlalchemy.orm import Session, joinedload

from bot.command import Button
from bot.notices.notice import Notice
from bot.notices.progress import ends
from bot.texts import say
from bot.words.guest_lists import outcome
from core.events import Event
from core.facts import Fact
from core.facts.guests import ImportDone
from core.guests.imports import GuestImport


def guests_imported(session: Session, fact: Fact) -> Notice | None:
    """How many came in, for whoever waits for a long list."""
    assert isinstance(fact, ImportDone)
    load = joinedload(GuestImport.event, innerjoin=True).joinedload(Event.group, innerjoin=True)
    draft = session.get(GuestImport, fact.import_id, options=[load])
    if draft is None:
        return None
    button = Button(say("All guests"), f"/guests group={draft.event_id}")
    return ends(Notice(outcome(draft), ((button,),)), fact.subject)
