"""Messages that were given up: what an admin hears of them, once for a cause."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.command import Button
from bot.notices.notice import Notice
from bot.reasons import in_words
from bot.texts import BLANK, Text, lines, say
from core.facts import DeathCause, DeliveriesDied, Fact
from core.groups import Group


def deaths(session: Session, fact: Fact) -> Notice | None:
    """How many messages were given up, why, and where to have them tried again."""
    assert isinstance(fact, DeliveriesDied)
    return Notice(
        lines(
            _title(session, fact),
            *map(_line, fact.causes),
            BLANK,
            say("Once the cause is gone, have them tried again: /outbox"),
        ),
        ((Button(say("Show them"), _where(fact)),),),
    )


def _title(session: Session, fact: DeliveriesDied) -> Text:
    if fact.everywhere:
        return say("<b>I have given up on messages of groups whose admins I can’t reach</b>")
    group = session.get_one(Group, fact.group_id)
    return say("<b>I have given up on messages of {group}</b>", group=group.name)


def _line(cause: DeathCause) -> Text:
    return say("• {count} – {reason}", count=cause.count, reason=in_words(cause.reason))


def _where(fact: DeliveriesDied) -> str:
    view = "dead" if any(cause.channel for cause in fact.causes) else "unread"
    return f"/outbox {view}" if fact.everywhere else f"/outbox {view} group={fact.group_id}"
