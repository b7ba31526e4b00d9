"""Who gets a broadcast, by name, and who got it, as a table."""

from __future__ import annotations

from collections.abc import Sequence

from bot.command import Call, Document, Reply
from bot.spreadsheets import csv_of
from bot.texts import Text, lines, say, say_many
from bot.words.broadcasts import CHANNELS, STATUSES
from core.broadcasts import get_broadcast
from core.broadcasts.audience import Reached
from core.broadcasts.report import Told, list_told, name_some

MOST_NAMED = 50
# Of a larger crowd the first are named: to look each of them up takes a while.
MOST_LISTED = 2000
NOT_REACHED = "not reached"
COLUMNS = ("name", "channel", "status", "reason")


def names(call: Call, code: str) -> Reply:
    """With the channel of each, first who can't be reached; more than fit in a message as a file
    too.
    """
    found = get_broadcast(call.session, call.actor, code, now=call.now)
    some = name_some(call.session, found, limit=MOST_LISTED)
    some.sort(key=lambda pair: pair[1].channel is not None)
    shown = [
        say("• {name} – {by}", name=name, by=_by(one.channel)) for name, one in some[:MOST_NAMED]
    ]
    more = len(some) - MOST_NAMED
    rest = say_many("and {count} more, in the file", "and {count} more, in the file", more)
    whole = len(some) < MOST_LISTED
    title = say("<b>Whom it goes to</b>") if whole else _of_a_crowd()
    return Reply(
        lines(title, *shown, rest if more > 0 else None),
        document=_named(found.public_id, some) if more > 0 else None,
        secret=True,
    )


def _of_a_crowd() -> Text:
    return say("<b>The first {count} of those whom it goes to</b>", count=MOST_LISTED)


def _named(code: str, some: Sequence[tuple[str, Reached]]) -> Document:
    rows = [(name, one.channel or NOT_REACHED) for name, one in some]
    return Document(
        f"{code}-whom.csv", csv_of(COLUMNS[:2], rows), say("People: {count}", count=len(rows))
    )


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
    status = STATUSES[told.status].msgid if told.status is not None else NOT_REACHED
    return told.name, told.channel or "", status, told.error or ""
