"""/importroster: a list of players is looked through, shown, and worked off on a tap."""

from __future__ import annotations

from bot.command import Button, Call, Command, Place, Reply
from bot.commands.roster_lists import fetch, list_in
from bot.commands.target import target_group
from bot.texts import BLANK, Text, lines, say, say_many
from bot.words.imports import counts, left_out_file, problems, progress
from core.access import Permission, require
from core.groups import Group
from core.rosters.files import RosterFile
from core.rosters.imports import (
    Preview,
    RosterImport,
    await_roster,
    cancel_roster,
    commit_roster,
    count_left,
    find_awaited,
    latest_import,
    show_roster,
)

COMMIT, CANCEL, STATUS = "commit", "cancel", "status"


def importroster(call: Call) -> Reply:
    """The list stands below the command, in a file, in the message that it answers, or in what is
    said next.
    """
    match call.arguments.words:
        case (word, public_id) if word == COMMIT:
            return _commit(call, public_id)
        case (word, public_id) if word == CANCEL:
            return _cancel(call, public_id)
        case (word,) if word == STATUS:
            return _status(call, target_group(call))
    found = list_in(call)
    if found is None:
        draft = _draft(call)
        return _ask_for_list(call, draft)
    draft = _draft(call)
    preview = show_roster(call.session, call.actor, draft=draft, rows=found.rows)
    return _show(call, preview, found)


def is_awaited(call: Call) -> bool:
    """Whether what is said now is the list that was asked for."""
    return find_awaited(call.session, call.actor, now=call.now) is not None


def _draft(call: Call) -> RosterImport:
    awaited = find_awaited(call.session, call.actor, now=call.now)
    if awaited is not None and not call.arguments.options:
        return awaited
    return await_roster(call.session, call.actor, group=target_group(call), now=call.now)


def _ask_for_list(call: Call, draft: RosterImport) -> Reply:
    latest = latest_import(call.session, call.actor, group=draft.group)
    return Reply(
        lines(
            say("Who is on the roster of <b>{group}</b>?", group=draft.group.name),
            say(
                "Send me the list as your next message or as a CSV file: a line for each player,"
                " with columns such as Player, Team, Guardian, E-mail, Phone and Signed. I show you"
                " what I have read before anything changes."
            ),
            progress(latest, count_left(call.session, latest)) if latest else None,
        )
    )


def _show(call: Call, preview: Preview, found: RosterFile) -> Reply:
    draft, ready = preview.draft, preview.ready
    unknown = ", ".join(found.unknown)
    return Reply(
        lines(
            say("<b>The list for {group}</b>", group=draft.group.name),
            counts(preview),
            say("I took nothing from these columns: {columns}", columns=unknown)
            if unknown
            else None,
            BLANK,
            problems(preview),
            say("Nothing on it is new. Nothing has changed.") if not ready else None,
        ),
        (
            (
                Button(
                    say_many("Take over {count} player", "Take over {count} players", ready),
                    f"/importroster {COMMIT} {draft.public_id}",
                ),
                Button(say("Cancel"), f"/importroster {CANCEL} {draft.public_id}"),
            ),
        )
        if ready
        else (),
        document=left_out_file(call, preview),
    )


def _commit(call: Call, public_id: str) -> Reply:
    draft = commit_roster(call.session, call.actor, public_id=public_id, now=call.now)
    return Reply(
        lines(
            say("I am at it. You hear from me when all is done."),
            progress(draft, int(draft.counts.get("rows", 0))),
        ),
        _again(draft.group),
        replaces=True,
    )


def _status(call: Call, group: Group) -> Reply:
    require(call.session, call.actor, Permission.KEEP_ROSTER, group)
    latest = latest_import(call.session, call.actor, group=group)
    if latest is None:
        return Reply(_nothing(group))
    left = count_left(call.session, latest)
    return Reply(progress(latest, left), _again(group) if left else (), replaces=True)


def _cancel(call: Call, public_id: str) -> Reply:
    draft = cancel_roster(call.session, call.actor, public_id=public_id, now=call.now)
    told = say(
        "The list for {group} is forgotten, and nothing has changed. Another: /importroster",
        group=draft.group.name,
    )
    return Reply(told, replaces=True)


def _again(group: Group) -> tuple[tuple[Button, ...], ...]:
    return ((Button(say("How far is it?"), f"/importroster {STATUS} group={group.id}"),),)


def _nothing(group: Group) -> Text:
    return say("You have sent me no list for {group} yet. /importroster", group=group.name)


COMMANDS = (
    Command(
        "importroster",
        say("take over a list of players"),
        importroster,
        usage="[status]",
        permission=Permission.KEEP_ROSTER,
        places=frozenset({Place.PRIVATE}),
        prepare=fetch,
        takes_list=True,
        goes_on=is_awaited,
    ),
)
