"""Who gets a broadcast, by name, and who got it, as a table."""

from __future__ import annotations

from bot.broadcast_words import CHANNELS, STATUSES
from bot.command import Call, Document, Reply
from bot.spreadsheets import csv_of
from bot.texts import Text, lines, say
from core.broadcast_report import Told, list_told, name_some
from core.broadcasts import get_broadcast

MOST_NAMED = 50
COLUMNS = ("name", "channel", "status", "reason")


def names(call: Call, code: str) -> Reply:
    """The first of them, with the channel of each, and who can't be reached."""
    found = get_broadcast(call.session, call.actor, code, now=call.now)
    some = name_some(call.session, found, limit=MOST_NAMED)
    reached = [say("• {name} – {by}", name=name, by=_by(one.channel)) for name, one in some]
    return Reply(lines(say("<b>Whom it goes to</b>"), *reached))


def table(call: Call, code: str) -> Reply:
    """Everybody, as a file: it holds names."""
    found = get_broadcast(call.session, call.actor, code, now=call.now)
    rows = list_told(call.session, found)
    return Reply(
        say("Who got it, and who did not."),
        document=Document(
            f"{found.public_id}.csv",
            csv_of(COLUMNS, map(_cells, rows)),
            say("People: {count}", count=len(rows)),
        ),
        secret=True,
    )


def _by(channel: str | None) -> Text:
    return CHANNELS[channel] if channel is not None else say("can't be reached")


def _cells(told: Told) -> tuple[str, ...]:
    status = STATUSES[told.status].msgid if told.status is not None else "not reached"
    return told.name, told.channel or "", status, told.error or ""
