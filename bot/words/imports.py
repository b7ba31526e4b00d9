"""What is said of a list of players: what it would do, what it did, and who is left out."""

from __future__ import annotations

from bot.bars import bar
from bot.bulk_files import reader_for
from bot.command import Call, Document
from bot.spreadsheets import csv_of
from bot.texts import Prose, Text, Value, lines, say, say_many
from core.rosters.imports import ImportState, Preview, RosterImport
from core.rosters.weighing import Verdict, Weighed

MOST_SHOWN = 5
VERDICTS: dict[Verdict, Text] = {
    Verdict.NEW: say("New"),
    Verdict.CHANGED: say("Changed"),
    Verdict.SAME: say("As they are"),
    Verdict.DUPLICATE: say("Twice on the list"),
    Verdict.MALFORMED: say("Not taken"),
}
PROBLEMS: dict[str, Text] = {
    "name_blank": say("no player’s name"),
    "name_too_long": say("the name is too long"),
    "email_unreadable": say("no e-mail address that I can read"),
    "phone_unreadable": say("no phone number that I can read"),
    "phone_extension": say("the phone number has an extension"),
    "phone_ambiguous": say("the phone number needs its country’s code"),
    "username_unreadable": say("no username that I can read"),
    "guardian_blank": say("a guardian without a name"),
    "guardian_twice": say("a guardian with two addresses of one kind"),
    "too_many_guardians": say("two other guardians are written down already"),
    "row_ragged": say("more cells than the header has"),
    "signed_unclear": say("neither yes nor no where it says signed"),
    "team_not_here": say("no team of that name here"),
    "team_unclear": say("several teams of that name"),
    "player_unclear": say("several players of that name"),
}
DONE: dict[str, Text] = {
    "added": say("Added"),
    "changed": say("Changed"),
    "signed": say("Contracts signed"),
    "same": say("As they were"),
    "left_out": say("Left out after all"),
}


def counts(preview: Preview) -> Prose:
    """How many rows stand how."""
    shown = [
        say("{verdict}: {count}", verdict=VERDICTS[verdict], count=preview.counts[verdict])
        for verdict in Verdict
        if preview.counts[verdict]
    ]
    if preview.signs:
        signs = say_many(
            "The club signs {count} contract.", "The club signs {count} contracts.", preview.signs
        )
        return lines(*shown, signs)
    return lines(*shown)


def problems(preview: Preview) -> Prose | None:
    """The first rows that are left out, with the reason."""
    shown = [
        say("Line {line}: {said} – {reason}", line=one.row.line, said=one.row.said, reason=why(one))
        for one in preview.left_out[:MOST_SHOWN]
    ]
    rest = len(preview.left_out) - len(shown)
    more = say_many("And {count} more, in the file.", "And {count} more, in the file.", rest)
    return lines(*shown, more if rest else None) if shown else None


def why(one: Weighed) -> Text:
    """Why a row is left out."""
    if one.row.problem is None:
        return VERDICTS[one.verdict]
    return PROBLEMS.get(one.row.problem) or say("{reason}", reason=one.row.problem)


def left_out_file(call: Call, preview: Preview) -> Document | None:
    """The rows that are left out, with the reason of each, to be mended and sent again."""
    if not preview.left_out:
        return None
    plain = reader_for(call).plain
    header = [plain(say("Line")), plain(say("Player")), plain(say("Why not"))]
    rows = [[str(one.row.line), one.row.said, plain(why(one))] for one in preview.left_out]
    caption = say("Who is left out, and why. Mend the lines and send them again.")
    return Document("left-out.csv", csv_of(header, rows), caption)


def progress(draft: RosterImport, left: int) -> Prose:
    """How far a list has come, and what was done."""
    rows = int(draft.counts.get("rows", 0))
    fields: dict[str, Value] = {
        "group": draft.group.name,
        "done": max(0, rows - left),
        "rows": rows,
    }
    heads = {
        ImportState.DONE: say("The list for {group} is done: {rows} rows.", **fields),
        ImportState.BROKEN: say(
            "The list for {group} could not be worked off to its end: {done} of {rows} rows are"
            " done. Send it again: what is done is not done twice.",
            **fields,
        ),
    }
    head = heads.get(draft.state) or say(
        "{group}: {bar} {done} of {rows} rows are done.",
        bar=bar(max(0, rows - left), rows),
        **fields,
    )
    shown = [
        say("{what}: {count}", what=DONE[name], count=int(draft.counts[name]))
        for name in DONE
        if draft.counts.get(name)
    ]
    return lines(head, *shown)
