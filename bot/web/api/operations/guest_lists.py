"""A whole guest list at once, as text in whatever form people have it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bot.web.api.operation import Asked, operation
from bot.web.api.operations.events import ByEvent, visible_event
from bot.web.api.operations.guests import TAG
from bot.web.api.shapes import Given, Taken
from core.access import Permission
from core.contacts.entries import read_entry
from core.contacts.guest_files import read_guest_text
from core.guests.importing import commit_import
from core.guests.imports import begin_import, cancel_import, keep_rows
from core.guests.weighing import Verdict, Weighed, weigh_entries

LONGEST = 900_000


class GuestList(Taken):
    """`text` is CSV with or without a header, vCards, or lines as people paste them. `dry_run`
    only says how each row stands.
    """

    text: Annotated[str, Field(min_length=1, max_length=LONGEST)]
    dry_run: bool = False


class RowLeft(Given):
    """A row that is not put in by its place in the list; `reason` is the code of why not."""

    line: int
    said: str
    verdict: Verdict
    reason: str | None


class GuestsTaken(Given):
    """`rows` by how they stand. `left` of those that are put in are still on their way: that goes
    on by itself. `unknown` are columns that nothing was taken from.
    """

    rows: dict[Verdict, int]
    added: int
    changed: int
    left: int
    unknown: list[str]
    left_out: list[RowLeft]


@operation(
    "POST",
    "/events/{id}/guests/import",
    "Put a whole list in",
    tag=TAG,
    permission=Permission.EDIT_GUESTS,
)
def import_guest_list(asked: Asked, path: ByEvent, body: GuestList) -> GuestsTaken:
    """The same list again changes nothing."""
    session, actor, now = asked.session, asked.me, asked.now
    event = visible_event(asked, path.id, Permission.EDIT_GUESTS)
    found = read_guest_text(body.text)
    draft = begin_import(session, actor, event=event, now=now)
    region = event.region or asked.defaults.region
    rows = weigh_entries(session, event, [read_entry(raw, region=region) for raw in found.rows])
    draft.unknown = list(found.unknown)
    keep_rows(session, draft, rows)
    session.flush()
    if body.dry_run or not any(_is_put_in(row) for row in rows):
        cancel_import(session, actor, public_id=draft.public_id, now=now)
        return _show(rows, found.unknown)
    done = commit_import(session, actor, public_id=draft.public_id, now=now)
    counts = {"added": done.draft.added, "changed": done.draft.changed, "left": done.left}
    return _show(rows, found.unknown, **counts)


def _is_put_in(row: Weighed) -> bool:
    return row.verdict in (Verdict.NEW, Verdict.CHANGED)


def _show(
    rows: list[Weighed],
    unknown: tuple[str, ...],
    *,
    added: int = 0,
    changed: int = 0,
    left: int = 0,
) -> GuestsTaken:
    return GuestsTaken(
        rows={verdict: sum(row.verdict is verdict for row in rows) for verdict in Verdict},
        added=added,
        changed=changed,
        left=left,
        unknown=list(unknown),
        left_out=[
            RowLeft(line=row.line, said=row.said, verdict=row.verdict, reason=row.reason)
            for row in rows
            if not _is_put_in(row)
        ],
    )


OPERATIONS = (import_guest_list,)
