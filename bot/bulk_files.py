"""What a list leaves behind as files: who was left out, and links to hand over."""

from __future__ import annotations

from collections.abc import Callable

from bot.catalogues import best_locale
from bot.command import Call, Document
from bot.spreadsheets import csv_of
from bot.texts import Reader, say
from bot.words.bulk import reason_of
from core.invites.bulk import Committed
from core.invites.bulk_drafts import Preview


def problems_file(call: Call, preview: Preview) -> Document | None:
    """The lines that nobody is invited by, with the reason of each, to be mended and sent again."""
    if not preview.left_out:
        return None
    plain = reader_for(call).plain
    header = [plain(say("Line")), plain(say("Who")), plain(say("Why not"))]
    rows = [[str(row.line), row.said, plain(reason_of(row))] for row in preview.left_out]
    caption = say("Who is left out, and why. Mend the lines and send them again.")
    return Document("left-out.csv", csv_of(header, rows), caption)


def links_file(call: Call, done: Committed, link_of: Callable[[str], str]) -> Document | None:
    """A link for each whom we can't write to. They are told this once."""
    if not done.handouts:
        return None
    plain = reader_for(call).plain
    header = [plain(say("Who")), plain(say("Link")), plain(say("Invite"))]
    rows = [[one.said, link_of(one.token), one.invite.public_id] for one in done.handouts]
    caption = say("Hand each link to whom it is for: it opens for them alone.")
    return Document("links.csv", csv_of(header, rows), caption)


def reader_for(call: Call) -> Reader:
    """Whoever asked, for what is written into a file."""
    return Reader(best_locale(call.actor.person.locale, "en"), "UTC")
