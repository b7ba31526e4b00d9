"""The lines of a guest list that stay out, as a file to be mended and sent again."""

from __future__ import annotations

from bot.catalogues import best_locale
from bot.command import Call, Document
from bot.spreadsheets import csv_of
from bot.texts import Reader, say
from bot.words.guest_lists import reason_of
from core.guests.weighing import Weighed


def problems_file(call: Call, rows: list[Weighed]) -> Document | None:
    """Where each stands, what it says, and why it stays out."""
    if not rows:
        return None
    plain = Reader(best_locale(call.actor.person.locale, "en"), "UTC").plain
    header = [plain(say("Line")), plain(say("Who")), plain(say("Why not"))]
    cells = [[str(row.line), row.said, plain(reason_of(row))] for row in rows]
    caption = say("What stays out, and why. Mend the lines and send them again.")
    return Document("left-out.csv", csv_of(header, cells), caption)
