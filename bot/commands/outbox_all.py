"""All of one list of /outbox tried again, once that is confirmed."""

from __future__ import annotations

from bot.command import Button, Call, Reply
from bot.commands.confirming import OPTION, seal
from bot.commands.outbox_scope import of_scope, scope, title_of
from bot.commands.outbox_words import TITLES
from bot.texts import lines, say, say_many
from core.deliveries.redrive import retry_all
from core.deliveries.trail import View, count_trail
from core.groups import Group


def retry_list(call: Call, view: View) -> Reply:
    """Asks once, with the count, then tries all of the list again."""
    group = scope(call)
    count = count_trail(call.session, call.actor, group=group)[view]
    if not count or view in (View.WAITING, View.SKIPPED):
        return Reply(
            say("{list}: nothing to try again. /outbox shows the rest.", list=TITLES[view]),
            replaces=True,
        )
    shown = seal(view, count)
    if call.arguments.option(OPTION) != shown:
        return _confirm(group, view, count, shown)
    done = retry_all(call.session, call.actor, group=group, view=view, now=call.now)
    return Reply(
        say_many(
            "{count} message is tried again now. /outbox shows what comes of it.",
            "{count} messages are tried again now. /outbox shows what comes of them.",
            done,
        ),
        replaces=True,
    )


def _confirm(group: Group | None, view: View, count: int, shown: str) -> Reply:
    line = f"/outbox all {view}{of_scope(group)} {OPTION}={shown}"
    twice = None
    if view is View.UNCERTAIN:
        twice = say("Those that had arrived after all come twice.")
    return Reply(
        lines(
            title_of(group),
            say_many("Try {count} message again?", "Try {count} messages again?", count),
            twice,
        ),
        (
            (
                Button(say("Retry all"), line),
                Button(say("Back"), f"/outbox {view}{of_scope(group)}"),
            ),
        ),
        replaces=True,
    )
