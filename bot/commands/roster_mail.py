"""/mailroster: the roster as a file, to one's own e-mail address."""

from __future__ import annotations

from bot.command import Call, Command, Reply
from bot.commands.target import target_group
from bot.texts import say
from core.access import Permission
from core.rosters.mail import mail_roster


def mailroster(call: Call) -> Reply:
    group = target_group(call)
    address = mail_roster(call.session, call.actor, group=group, now=call.now)
    return Reply(say("The roster of {group} goes to {address}.", group=group.name, address=address))


COMMANDS = (
    Command(
        "mailroster",
        say("the roster as a file, by e-mail to yourself"),
        mailroster,
        permission=Permission.KEEP_ROSTER,
    ),
)
