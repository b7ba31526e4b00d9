"""How far something is that takes long: one message, which is edited as it goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from sqlalchemy.orm import Session, joinedload

from bot.command import Button
from bot.notices.notice import Notice
from bot.texts import say
from bot.words.broadcasts import progress as broadcast_progress
from bot.words.guest_lists import progress as import_progress
from bot.words.imports import progress as roster_progress
from core.broadcasts import Broadcast
from core.broadcasts.report import outcome_of
from core.events import Event
from core.facts import Fact
from core.facts.progress import Long, ProgressFact
from core.guests.importing import how_far
from core.guests.imports import GuestImport
from core.long_deeds import CARD
from core.rosters.imports import RosterImport, count_left


def progress(session: Session, fact: Fact) -> Notice | None:
    """As it stands when it is sent."""
    assert isinstance(fact, ProgressFact)
    return _SHOWN[fact.what](session, fact.about)


def progress_made(session: Session, fact: Fact) -> Notice | None:
    """The same message, with what has been done by now."""
    assert isinstance(fact, ProgressFact)
    card = progress(session, fact)
    return replace(card, redraws=fact.subject, redraws_kind=CARD) if card is not None else None


def ends(card: Notice, subject: str) -> Notice:
    """The last edit of it; said anew where there is no such message."""
    return replace(card, redraws=subject, redraws_kind=CARD, or_anew=True)


def _broadcast(session: Session, number: int) -> Notice | None:
    load = [joinedload(Broadcast.group, innerjoin=True)]
    found = session.get(Broadcast, number, options=load)
    if found is None:
        return None
    text = broadcast_progress(found, outcome_of(session, found))
    return Notice(text, ((Button(say("Call it back"), f"/broadcast cancel {found.public_id}"),),))


def _import(session: Session, number: int) -> Notice | None:
    load = joinedload(GuestImport.event, innerjoin=True).joinedload(Event.group, innerjoin=True)
    draft = session.get(GuestImport, number, options=[load])
    return Notice(import_progress(draft, *how_far(session, draft))) if draft is not None else None


def _roster(session: Session, number: int) -> Notice | None:
    draft = session.get(
        RosterImport, number, options=[joinedload(RosterImport.group, innerjoin=True)]
    )
    return Notice(roster_progress(draft, count_left(session, draft))) if draft is not None else None


_SHOWN: Mapping[str, Callable[[Session, int], Notice | None]] = {
    Long.BROADCAST: _broadcast,
    Long.IMPORT: _import,
    Long.ROSTER: _roster,
}
