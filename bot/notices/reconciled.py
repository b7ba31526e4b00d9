"""Who had GroupMe's groups compared with theirs hears what came of it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.notices.notice import Notice
from bot.reconciled import near_buttons, summary
from core.chats.reconciliations import Reconciliation
from core.facts import Fact, RoomsReconciled


def reconciled(session: Session, fact: Fact) -> Notice | None:
    """The report, with its suggestions, unless it was asked for by somebody who is gone."""
    assert isinstance(fact, RoomsReconciled)
    asked = session.get(Reconciliation, fact.asked_id)
    if asked is None:
        return None
    report = asked.outcome
    return Notice(summary(report), near_buttons(report))
