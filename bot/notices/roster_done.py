"""What came of a list of players, told to who sent it."""

from __future__ import annotations

from sqlalchemy.orm import Session, joinedload

from bot.command import Button
from bot.notices.notice import Notice
from bot.notices.progress import ends
from bot.texts import say
from bot.words.imports import progress
from core.facts import Fact, RosterImported
from core.rosters.imports import RosterImport, count_left


def roster_imported(session: Session, fact: Fact) -> Notice | None:
    """The counts, with a way to the roster; nothing once the list is forgotten."""
    assert isinstance(fact, RosterImported)
    whole = [joinedload(RosterImport.group, innerjoin=True)]
    draft = session.get(RosterImport, fact.import_id, options=whole)
    if draft is None:
        return None
    button = Button(say("See the roster"), f"/roster group={fact.group_id}")
    told = Notice(progress(draft, count_left(session, draft)), ((button,),))
    return ends(told, fact.subject)
