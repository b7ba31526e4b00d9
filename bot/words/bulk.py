"""A list of people in words: how many are ready, and why the others are not."""

from __future__ import annotations

from bot.texts import Prose, Text, lines, say, say_many
from core.invites.bulk_drafts import Preview
from core.invites.weighing import Candidate, Verdict

MOST_SHOWN = 10
STANDINGS: dict[Verdict, Text] = {
    Verdict.READY: say("Ready"),
    Verdict.MEMBER: say("Members already"),
    Verdict.INVITED: say("Invited already"),
    Verdict.DUPLICATE: say("More than once on the list"),
    Verdict.BANNED: say("Banned"),
    Verdict.MALFORMED: say("Not readable"),
}
REASONS: dict[str, Text] = {
    Verdict.MEMBER: say("a member already"),
    Verdict.INVITED: say("invited already"),
    Verdict.DUPLICATE: say("stands above as well"),
    Verdict.BANNED: say("banned"),
    "phone_unreadable": say("no phone number that I can read"),
    "phone_extension": say("a number with an extension"),
    "phone_ambiguous": say("a number that needs its + and country's code"),
    "email_unreadable": say("no e-mail address that I can read"),
    "username_unreadable": say("no username"),
    "whom_missing": say("nothing by which to reach them"),
    "who_not_known": say("a name alone, and nobody whom you know is called that"),
    "who_is_unsure": say("a name alone, and several are called that"),
}


def counts(preview: Preview) -> Prose:
    """A line for each way to stand that there is."""
    found = ((words, preview.count(verdict)) for verdict, words in STANDINGS.items())
    return lines(*(say("{standing}: {count}", standing=words, count=n) for words, n in found if n))


def problems(preview: Preview) -> Prose | None:
    """The first of those who are left out, each with the line and the reason."""
    left_out = preview.left_out
    if not left_out:
        return None
    more = len(left_out) - MOST_SHOWN
    return lines(
        *map(_problem, left_out[:MOST_SHOWN]),
        say_many("and {count} more, in the file", "and {count} more, in the file", more)
        if more > 0
        else None,
    )


def reason_of(row: Candidate) -> Text:
    """Why they are left out."""
    return REASONS[row.reason or row.verdict]


def _problem(row: Candidate) -> Text:
    return say("Line {line}: {who} – {reason}", line=row.line, who=row.said, reason=reason_of(row))
