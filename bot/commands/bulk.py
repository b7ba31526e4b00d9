"""/bulkinvite: a list is looked through, shown, and invited on a tap."""

from __future__ import annotations

from bot.arguments import command_of
from bot.bulk_files import links_file, problems_file
from bot.command import Button, Call, Command, Downloads, Incoming, Outside, Place, Reply
from bot.commands.guest_importing import import_guests, is_guest_list
from bot.commands.importing import importroster
from bot.commands.importing import is_awaited as is_roster_awaited
from bot.commands.offers import read_offer
from bot.commands.target import target_group
from bot.texts import BLANK, Verbatim, lines, say, say_many
from bot.words.bulk import counts, problems
from core.access import Permission
from core.contacts.decoding import MOST_BYTES, decode
from core.contacts.lists import read_contacts
from core.errors import Invalid
from core.invites.bulk import commit_bulk
from core.invites.bulk_drafts import (
    BulkDraft,
    Preview,
    await_list,
    cancel_bulk,
    fill_list,
    find_awaited,
)
from core.invites.weighing import Verdict, read_candidates

USAGE = '[role=member] [ttl=72h] [note="…"]'
COMMIT, CANCEL = "commit", "cancel"


def bulkinvite(call: Call) -> Reply:
    """The list stands below the command, in a file, in the message that it answers, or in what is
    said next.
    """
    match call.arguments.words:
        case (word, public_id) if word == COMMIT:
            return _commit(call, public_id)
        case (word, public_id) if word == CANCEL:
            return _cancel(call, public_id)
    if call.incoming.attachment is not None and not is_awaited(call):
        if is_roster_awaited(call):
            return importroster(call)
        if is_guest_list(call):
            return import_guests(call)
    text = _list(call)
    draft = _draft(call)
    if not text:
        return _ask_for_list(draft)
    candidates = read_candidates(
        read_contacts(text), platform=call.incoming.room.platform, region=call.region
    )
    preview = fill_list(call.session, call.actor, draft=draft, candidates=candidates, now=call.now)
    return _show(call, preview)


async def fetch(outside: Outside, incoming: Incoming) -> bytes | None:
    """The attached file."""
    if incoming.attachment is None or incoming.room.place is not Place.PRIVATE:
        return None
    if not isinstance(outside, Downloads):
        return None
    return await outside.download(incoming.attachment)


def is_awaited(call: Call) -> bool:
    """Whether what is said now is the list that was asked for."""
    return find_awaited(call.session, call.actor, now=call.now) is not None


def _list(call: Call) -> str:
    incoming = call.incoming
    if incoming.attachment is not None:
        if not isinstance(call.prepared, bytes):
            raise Invalid("file_not_had", most=MOST_BYTES // 1024)
        return decode(call.prepared)
    if command_of(incoming.line) is None:
        return incoming.line
    below = incoming.line.partition("\n")[2]
    beside = call.arguments.text()
    return "\n".join(filter(None, (beside, below))) or incoming.quoted or ""


def _draft(call: Call) -> BulkDraft:
    """The one whose list was asked for, unless this line says what to offer."""
    if not call.arguments.options:
        awaited = find_awaited(call.session, call.actor, now=call.now)
        if awaited is not None:
            return awaited
    group = target_group(call)
    offer = read_offer(call, group)
    return await_list(call.session, call.actor, group=group, offer=offer, now=call.now)


def _ask_for_list(draft: BulkDraft) -> Reply:
    return Reply(
        lines(
            say("Whom shall I invite to <b>{group}</b>?", group=draft.group.name),
            say(
                "Send me the list as your next message, a line for each, or as a CSV file: a name"
                " and a @username, phone number or e-mail address. I show you what I have read"
                " before anybody is invited."
            ),
        )
    )


def _show(call: Call, preview: Preview) -> Reply:
    draft, ready = preview.draft, preview.count(Verdict.READY)
    code = draft.public_id
    if not ready:
        cancel_bulk(call.session, call.actor, public_id=code, now=call.now)
    return Reply(
        lines(
            say("<b>The list for {group}</b>", group=draft.group.name),
            counts(preview),
            BLANK,
            problems(preview),
            say("Nobody is left to invite. Nothing has changed.") if not ready else None,
        ),
        (
            (
                Button(
                    say_many("Invite {count} person", "Invite {count} people", ready),
                    f"/bulkinvite {COMMIT} {code}",
                ),
                Button(say("Cancel"), f"/bulkinvite {CANCEL} {code}"),
            ),
        )
        if ready
        else (),
        document=problems_file(call, preview),
    )


def _commit(call: Call, public_id: str) -> Reply:
    done = commit_bulk(call.session, call.actor, public_id=public_id, now=call.now)
    handed = len(done.handouts)
    return Reply(
        lines(
            say("<b>Invites to {group}</b>", group=done.draft.group.name),
            say_many("{count} has it already.", "{count} have it already.", done.sent)
            if done.sent
            else None,
            say_many(
                "{count} link is in the file: hand it over.",
                "{count} links are in the file: hand them over.",
                handed,
            )
            if handed
            else None,
            say("Nobody was left to invite.") if not done.sent + handed else None,
            say("See how they stand: /invites"),
        ),
        replaces=True,
        document=links_file(call, done, call.outside.invite_link),
    )


def _cancel(call: Call, public_id: str) -> Reply:
    draft = cancel_bulk(call.session, call.actor, public_id=public_id, now=call.now)
    told = say(
        "The list for {group} is forgotten, and nobody was invited. Another: {command}",
        group=draft.group.name,
        command=Verbatim("/bulkinvite"),
    )
    return Reply(told, replaces=True)


COMMANDS = (
    Command(
        "bulkinvite",
        say("invite everybody on a list"),
        bulkinvite,
        usage=USAGE,
        permission=Permission.INVITE,
        places=frozenset({Place.PRIVATE}),
        options=frozenset({"role", "ttl", "note"}),
        prepare=fetch,
        takes_list=True,
        goes_on=is_awaited,
    ),
)
