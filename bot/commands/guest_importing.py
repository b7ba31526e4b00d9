"""/import: a guest list is looked through, shown, and put in on a tap."""

from __future__ import annotations

import asyncio

from bot.arguments import command_of
from bot.command import Button, Call, Command, Downloads, Incoming, Outside, Place, Reply
from bot.commands.event_target import region_of, target_event
from bot.guest_list_files import problems_file
from bot.texts import BLANK, Verbatim, lines, say, say_many
from bot.words.guest_lists import counts, left_out, not_taken, outcome, problems
from core.access import Permission
from core.contacts.entries import read_entry
from core.contacts.guest_files import MOST_BYTES, GuestFile, read_guest_file, read_guest_text
from core.errors import CoreError, Invalid
from core.events import find_event, get_event
from core.guests.importing import commit_import
from core.guests.imports import (
    GuestImport,
    await_guests,
    begin_import,
    cancel_import,
    find_awaited_import,
    keep_rows,
)
from core.guests.weighing import Verdict, weigh_entries

COMMIT, CANCEL = "commit", "cancel"


def import_guests(call: Call) -> Reply:
    """The list stands below the command, in a file, in the message that it answers, or in what is
    said next.
    """
    match call.arguments.words:
        case (word, public_id) if word == COMMIT:
            return _commit(call, public_id)
        case (word, public_id) if word == CANCEL:
            return _cancel(call, public_id)
    found = _list(call)
    draft = _draft(call, waits=found is None)
    if found is None:
        return _ask_for_list(draft)
    return _show(call, draft, found)


async def fetch(outside: Outside, incoming: Incoming) -> GuestFile | CoreError | None:
    """The attached file, read beside the event loop: that may take a second."""
    if incoming.attachment is None or incoming.room.place is not Place.PRIVATE:
        return None
    if not isinstance(outside, Downloads):
        return None
    data = await outside.download(incoming.attachment)
    if data is None:
        return None
    try:
        return await asyncio.to_thread(read_guest_file, data)
    except CoreError as refusal:
        return refusal


def is_awaited(call: Call) -> bool:
    """Whether what is said now is the list that was asked for."""
    return find_awaited_import(call.session, call.actor, now=call.now) is not None


def is_guest_list(call: Call) -> bool:
    """Whether a file that came without a word is for an event: one was asked for, or the asker's
    current group is one.
    """
    if call.arguments.options or call.incoming.room.place is not Place.PRIVATE:
        return False
    current = call.actor.person.current_group_id
    return is_awaited(call) or (
        current is not None and find_event(call.session, current) is not None
    )


def _list(call: Call) -> GuestFile | None:
    incoming = call.incoming
    if incoming.attachment is not None:
        return _file(call.prepared)
    if command_of(incoming.line) is None:
        return read_guest_text(incoming.line)
    below = incoming.line.partition("\n")[2] or incoming.quoted or ""
    return read_guest_text(below) if below.strip() else None


def _file(prepared: object) -> GuestFile:
    if isinstance(prepared, bytes):
        return read_guest_file(prepared)
    if isinstance(prepared, CoreError):
        raise prepared
    if not isinstance(prepared, GuestFile):
        raise Invalid("file_not_had", most=MOST_BYTES // 1024)
    return prepared


def _draft(call: Call, *, waits: bool) -> GuestImport:
    """The one whose list was asked for, unless another event is named."""
    if call.arguments.number("group") is None:
        awaited = find_awaited_import(call.session, call.actor, now=call.now)
        if awaited is not None:
            return awaited
    event = target_event(call, again="/import")
    begin = await_guests if waits else begin_import
    return begin(call.session, call.actor, event=event, now=call.now)


def _ask_for_list(draft: GuestImport) -> Reply:
    return Reply(
        lines(
            say("Whom shall I put on the list of <b>{event}</b>?", event=draft.event.group.name),
            say(
                "Send me the list as your next message, a line for each, or as a file: a"
                " spreadsheet, a CSV, contacts of a phone or of Google or Outlook. I show you what"
                " I have read before anything changes."
            ),
        )
    )


def _show(call: Call, draft: GuestImport, found: GuestFile) -> Reply:
    event = get_event(call.session, draft.event_id)
    region = region_of(call, event)
    rows = weigh_entries(
        call.session, event, (read_entry(raw, region=region) for raw in found.rows)
    )
    draft.unknown = list(found.unknown)
    keep_rows(call.session, draft, rows)
    ready = sum(row.verdict in (Verdict.NEW, Verdict.CHANGED) for row in rows)
    if not ready:
        cancel_import(call.session, call.actor, public_id=draft.public_id, now=call.now)
    return Reply(
        lines(
            say("<b>The list for {event}</b>", event=event.group.name),
            counts(rows),
            *not_taken(found.unknown, found.sheets),
            BLANK,
            problems(rows),
            say("Nothing would change. Nothing has changed.") if not ready else None,
        ),
        _choices(draft, ready) if ready else (),
        document=problems_file(call, left_out(rows)),
    )


def _choices(draft: GuestImport, ready: int) -> tuple[tuple[Button, ...], ...]:
    put = say_many("Put in {count} guest", "Put in {count} guests", ready)
    code = draft.public_id
    return (
        (
            Button(put, f"/import {COMMIT} {code}"),
            Button(say("Cancel"), f"/import {CANCEL} {code}"),
        ),
    )


def _commit(call: Call, public_id: str) -> Reply:
    progress = commit_import(call.session, call.actor, public_id=public_id, now=call.now)
    draft, left = progress.draft, progress.left
    button = Button(say("All guests"), f"/guests group={draft.event_id}")
    if not left:
        return Reply(outcome(draft), ((button,),), replaces=True)
    return Reply(
        say(
            "The first {count} are on the list of {event}, {left} are to come. I tell you when all"
            " are in; you need not wait here.",
            count=draft.added + draft.changed,
            left=left,
            event=draft.event.group.name,
        ),
        replaces=True,
    )


def _cancel(call: Call, public_id: str) -> Reply:
    draft = cancel_import(call.session, call.actor, public_id=public_id, now=call.now)
    told = say(
        "The list for {event} is forgotten, and nothing has changed. Another: {command}",
        event=draft.event.group.name,
        command=Verbatim("/import"),
    )
    return Reply(told, replaces=True)


COMMANDS = (
    Command(
        "import",
        say("put a whole list onto an event's list"),
        import_guests,
        permission=Permission.EDIT_GUESTS,
        places=frozenset({Place.PRIVATE}),
        prepare=fetch,
        takes_list=True,
        goes_on=is_awaited,
    ),
)
