"""/archive, /restore, /deletegroup: ending a group, for a while or for good."""

from __future__ import annotations

from bot.command import Button, Call, Command, Reply
from bot.commands.confirming import OPTION, seal
from bot.commands.target import named_or_target
from bot.texts import BLANK, Lines, lines, say, say_many
from core.access import Permission
from core.groups.closing import Remains, archive_group, delete_group, plan_deletion, restore_group

USAGE = "[group]"


def archive(call: Call) -> Reply:
    """Read-only, until it is restored."""
    group = named_or_target(call, "/archive")
    archive_group(call.session, call.actor, group=group, now=call.now)
    return Reply(
        lines(
            say(
                "<b>{group}</b> is archived: nothing in it or below it changes, and its invites"
                " open nothing.",
                group=group.name,
            ),
            say("Bring it back: /restore"),
        ),
        ((Button(say("Restore"), f"/restore group={group.id}"),),),
    )


def restore(call: Call) -> Reply:
    """As it was."""
    group = named_or_target(call, "/restore")
    restore_group(call.session, call.actor, group=group, now=call.now)
    return Reply(
        say("<b>{group}</b> is back as it was. Its invites count again.", group=group.name),
        replaces=True,
    )


def deletegroup(call: Call) -> Reply:
    """Asks twice. What was added since the last question is asked about again."""
    group = named_or_target(call, "/deletegroup")
    remains = plan_deletion(call.session, call.actor, group=group, now=call.now)
    first, second = _seals(remains)
    sure = call.arguments.option(OPTION)
    if sure == second:
        name = group.name
        delete_group(call.session, call.actor, remains=remains, now=call.now)
        return Reply(
            say("{group} is deleted. /groups shows what is left.", group=name), replaces=True
        )
    if sure == first:
        return _last_question(remains, second)
    return _first_question(remains, first)


def _seals(remains: Remains) -> tuple[str, str]:
    facts = (remains.group.id, remains.group.name, remains.subgroups, remains.members)
    return seal("delete", *facts), seal("delete for good", *facts)


def _first_question(remains: Remains, sealed: str) -> Reply:
    group = remains.group
    return Reply(
        lines(
            say("Delete <b>{group}</b> (#{id})? With it go:", group=group.name, id=group.id),
            *_what_goes(remains),
            BLANK,
            say("That can't be undone. /archive keeps everything and lets nothing change."),
        ),
        ((Button(say("Delete it"), f"/deletegroup group={group.id} {OPTION}={sealed}"),),),
        replaces=True,
    )


def _what_goes(remains: Remains) -> tuple[Lines, ...]:
    more = remains.subgroups - len(remains.named)
    return (
        lines(
            say_many("{count} member", "{count} members", remains.members),
            say_many("{count} room", "{count} rooms", remains.chats),
            say_many("{count} open invite", "{count} open invites", remains.invites),
        ),
        lines(
            say_many("{count} group below it", "{count} groups below it", remains.subgroups),
            *(say("• {name}", name=name) for name in remains.named),
            say("… and {count} more", count=more) if more else None,
        ),
    )


def _last_question(remains: Remains, sealed: str) -> Reply:
    group = remains.group
    return Reply(
        say("Really delete <b>{group}</b> for good? This is the last question.", group=group.name),
        ((Button(say("Yes, for good"), f"/deletegroup group={group.id} {OPTION}={sealed}"),),),
        replaces=True,
    )


COMMANDS = (
    Command(
        "archive",
        say("keep a group as it is"),
        archive,
        usage=USAGE,
        permission=Permission.ARCHIVE,
    ),
    Command(
        "restore",
        say("take a group out of the archive"),
        restore,
        usage=USAGE,
        permission=Permission.RESTORE,
    ),
    Command(
        "deletegroup",
        say("delete a group for good"),
        deletegroup,
        usage=USAGE,
        permission=Permission.DELETE,
    ),
)
