"""/export: the guest list as a spreadsheet, with headcount and seating, or as CSV."""

from __future__ import annotations

from datetime import datetime

from bot.command import Call, Command, Document, Place, Reply
from bot.commands.event_target import target_event
from bot.commands.guests import wanted_of
from bot.spreadsheets import csv_of
from bot.texts import Verbatim, say
from bot.workbooks import xlsx_of
from core.access import Permission
from core.errors import Invalid
from core.groups import Group
from core.guests import GuestStatus
from core.guests.exports import COLUMNS, export_guests
from core.guests.stats import EventStats, Tally, count_event

CSV, XLSX = "csv", "xlsx"


def export(call: Call) -> Reply:
    """`/export`, `/export csv`, and narrowed as /guests is."""
    event = target_event(call)
    words = call.arguments.words
    kind = words[0].casefold() if words else XLSX
    if kind not in (CSV, XLSX) or len(words) > 1:
        raise Invalid("missing", usage=Verbatim("/export [csv]"))
    rows = export_guests(
        call.session, call.actor, event=event, wanted=wanted_of(call, text=""), now=call.now
    )
    if kind == CSV:
        content = csv_of(COLUMNS, rows)
    else:
        found = count_event(call.session, call.actor, event=event, now=call.now)
        content = xlsx_of({"Guests": [COLUMNS, *rows], **summaries(found)})
    return Reply(
        say("Here is the guest list of {event}.", event=event.group.name),
        document=Document(
            _filename(event.group, kind, call.now),
            content,
            say("Guests: {count}. /import reads it back.", count=len(rows)),
        ),
        secret=True,
    )


def summaries(found: EventStats) -> dict[str, list[tuple[str | int, ...]]]:
    """Headcount and seating, as further sheets."""
    header = ("", *(one.value for one in GuestStatus), "heads that come")
    count: list[tuple[str | int, ...]] = [header, _numbers("all", found.total)]
    count += [_numbers(side or "-", tally) for side, tally in found.sides.items()]
    seats: list[tuple[str | int, ...]] = [("table", "guests that come", "heads that come")]
    seats += [
        (name or "-", tally.guests.get(GuestStatus.CONFIRMED, 0), tally.coming)
        for name, tally in found.tables.items()
    ]
    return {"Headcount": count, "Seating": seats}


def _numbers(name: str, tally: Tally) -> tuple[str | int, ...]:
    return (name, *(tally.guests.get(one, 0) for one in GuestStatus), tally.coming)


def _filename(group: Group, kind: str, now: datetime) -> str:
    return f"{group.slug}-guests-{now:%Y-%m-%d}.{kind}"


COMMANDS = (
    Command(
        "export",
        say("the guest list as a file"),
        export,
        usage="[csv] [status=S] [side=S]",
        permission=Permission.EDIT_GUESTS,
        places=frozenset({Place.PRIVATE}),
        options=frozenset({"status", "side", "household", "by"}),
    ),
)
