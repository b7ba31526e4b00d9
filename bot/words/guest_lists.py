"""A guest list in words: what putting it in would do, and why some lines stay out."""

from __future__ import annotations

from bot.bars import bar
from bot.texts import Prose, Text, lines, say, say_many
from core.guests.imports import GuestImport
from core.guests.weighing import Verdict, Weighed

MOST_SHOWN = 10
MOST_COLUMNS_NAMED = 12
VERDICTS: dict[Verdict, Text] = {
    Verdict.NEW: say("New"),
    Verdict.CHANGED: say("Changed"),
    Verdict.SAME: say("As they are already"),
    Verdict.DUPLICATE: say("More than once on the list"),
    Verdict.MALFORMED: say("Not readable"),
}
REASONS: dict[str, Text] = {
    Verdict.DUPLICATE: say("stands above as well"),
    "answer_stays": say("has answered otherwise, and that stays"),
    "phone_unreadable": say("no phone number that I can read"),
    "phone_extension": say("a number with an extension"),
    "phone_ambiguous": say("a number that needs its + and country's code"),
    "phone_rounded": say("a number that the spreadsheet has rounded"),
    "email_unreadable": say("no e-mail address that I can read"),
    "guest_nameless": say("no name"),
    "status_unreadable": say("an answer that I can't read"),
    "count_unreadable": say("no number of people that I can read"),
    "party_too_many": say("more than 10 with one guest"),
    "cell_too_long": say("a cell that is too long"),
    "row_ragged": say("more cells than the header has"),
    "formula_unknown": say("a formula whose value is not in the file"),
    "card_is_a_list": say("a list of contacts and no person"),
}


def counts(rows: list[Weighed]) -> Prose:
    """A line for each way to stand that there is."""
    found = {verdict: sum(row.verdict is verdict for row in rows) for verdict in Verdict}
    return lines(
        *(say("{what}: {count}", what=VERDICTS[what], count=n) for what, n in found.items() if n)
    )


def left_out(rows: list[Weighed]) -> list[Weighed]:
    """What would not be put in as it stands, with a reason."""
    return [row for row in rows if row.reason or row.verdict is Verdict.DUPLICATE]


def problems(rows: list[Weighed]) -> Prose | None:
    """The first of those, each with its line and the reason."""
    found = left_out(rows)
    if not found:
        return None
    more = len(found) - MOST_SHOWN
    return lines(
        *(
            say("Line {line}: {who} – {reason}", line=row.line, who=row.said, reason=reason_of(row))
            for row in found[:MOST_SHOWN]
        ),
        say_many("and {count} more, in the file", "and {count} more, in the file", more)
        if more > 0
        else None,
    )


def reason_of(row: Weighed) -> Text:
    """Why it stays out."""
    return REASONS[row.reason or row.verdict]


def not_taken(columns: tuple[str, ...], sheets: tuple[str, ...]) -> list[Prose]:
    """What the file has besides, by name."""
    found: list[Prose] = []
    if columns:
        names = ", ".join(columns[:MOST_COLUMNS_NAMED])
        found.append(say("Columns that I don't take: {columns}", columns=names))
    if len(columns) > MOST_COLUMNS_NAMED:
        more = len(columns) - MOST_COLUMNS_NAMED
        found.append(say_many("and {count} more column", "and {count} more columns", more))
    if sheets:
        found.append(say("Sheets that I have not read: {sheets}", sheets=", ".join(sheets)))
    return found


def outcome(draft: GuestImport) -> Prose:
    """What came of it."""
    name = draft.event.group.name
    return lines(
        say("<b>The list for {event} is in.</b>", event=name)
        if draft.stopped is None
        else say(
            "<b>The list for {event} was stopped</b>, since you may not change who comes there any"
            " more. What is in stays in.",
            event=name,
        ),
        say_many("{count} new guest", "{count} new guests", draft.added),
        say_many("{count} changed", "{count} changed", draft.changed),
    )


def progress(draft: GuestImport, done: int, of: int) -> Prose:
    """How far it is."""
    return lines(
        say("The list for <b>{event}</b> goes in", event=draft.event.group.name),
        say("{bar} {done} of {count}", bar=bar(done, of), done=done, count=of),
    )
