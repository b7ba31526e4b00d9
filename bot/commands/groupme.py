"""/groupme: which of GroupMe's groups belong to which of the asker's groups."""

from __future__ import annotations

from bot.command import Button, Call, Command, Place, Reply
from bot.commands.confirming import OPTION, seal
from bot.commands.target import target_group
from bot.reconciled import near_buttons, summary
from bot.texts import BLANK, Lines, Verbatim, lines, say
from core.access import Permission, require
from core.chats.reconciliations import (
    ReconciliationState,
    ask_to_reconcile,
    find_last,
    tie_suggested,
)
from core.errors import Invalid
from core.groups import Group

PLATFORM = "groupme"
ADDRESS_PREFIX = "group:"
AGAIN = Button(say("Compare now"), "/groupme reconcile")


def groupme(call: Call) -> Reply:
    """How it stands; `reconcile` compares anew; the rest is what the report's buttons say."""
    deed, *rest = call.arguments.words or ("",)
    match deed.casefold(), rest:
        case "", []:
            return _standing(call)
        case "reconcile", []:
            return _reconcile(call)
        case "tie", [room]:
            return _tie(call, room)
        case "create", []:
            return _create(call, target_group(call))
        case _:
            raise Invalid("missing", usage=Verbatim("/groupme reconcile"))


def _standing(call: Call) -> Reply:
    if call.incoming.room.place is Place.ROOM:  # it names all of the asker's groups
        raise Invalid("only_in_private")
    last = find_last(call.session, call.actor, platform=PLATFORM)
    if last is None:
        return Reply(
            lines(
                say(
                    "I compare GroupMe’s groups with yours, tie those of one name, and turn their"
                    " share links on."
                ),
            ),
            ((AGAIN,),),
        )
    if last.state is ReconciliationState.ASKED:
        return Reply(_on_its_way())
    report = last.outcome
    return Reply(
        lines(summary(report), BLANK, say("Last compared: {time}", time=last.done_at or call.now)),
        (*near_buttons(report), (AGAIN,)),
    )


def _reconcile(call: Call) -> Reply:
    ask_to_reconcile(call.session, call.actor, platform=PLATFORM, now=call.now)
    return Reply(_on_its_way(), replaces=True)


def _on_its_way() -> Lines:
    return lines(
        say("I am asking GroupMe for its groups."),
        say("I tell you in private what came of it. Or see here: /groupme"),
    )


def _tie(call: Call, room: str) -> Reply:
    group_id = call.arguments.number("group")
    if group_id is None:
        raise Invalid("missing", usage=Verbatim("/groupme"))
    group = tie_suggested(
        call.session,
        call.actor,
        platform=PLATFORM,
        address=ADDRESS_PREFIX + room,
        group_id=group_id,
        now=call.now,
    )
    return Reply(
        say("{group} has its room on GroupMe now. /groupme shows the rest.", group=group.name),
        replaces=True,
    )


def _create(call: Call, group: Group) -> Reply:
    """Asks first: what is made on GroupMe is there for everybody who gets the link."""
    require(call.session, call.actor, Permission.BIND_CHAT, group)
    sealed = seal("create on groupme", group.id, group.name)
    if call.arguments.option(OPTION) != sealed:
        line = f"/groupme create group={group.id} {OPTION}={sealed}"
        return Reply(
            say("Create a group on GroupMe for <b>{group}</b>?", group=group.name),
            ((Button(say("Create it"), line),),),
            replaces=True,
        )
    ask_to_reconcile(call.session, call.actor, platform=PLATFORM, create_for=group, now=call.now)
    return Reply(_on_its_way(), replaces=True)


COMMANDS = (
    Command(
        "groupme",
        say("match GroupMe’s groups to yours"),
        groupme,
        usage="[reconcile]",
        permission=Permission.BIND_CHAT,
    ),
)
