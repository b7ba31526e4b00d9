"""/unlink: two persons again of one."""

from __future__ import annotations

from bot.command import Button, Call, Command, Reply
from bot.commands.linking import PRIVATE, YES
from bot.texts import lines, say
from core.people.partings import UNDO_WITHIN, find_merge, undo_merge
from core.people.selves import current_self


def unlink(call: Call) -> Reply:
    """Asks, and undoes the latest merge."""
    if call.arguments.text().casefold() == YES:
        merge = undo_merge(call.session, call.actor, now=call.now)
        name = current_self(call.session, merge.merged_id)
        assert name is not None
        return Reply(
            lines(
                say("Done: {name} is a person of their own again.", name=name.name),
                say("To join the two again: /link"),
            ),
            replaces=True,
        )
    merge = find_merge(call.session, call.actor, now=call.now)
    return Reply(
        lines(
            say(
                "On {time} you were joined with another account, {name}.",
                time=merge.merged_at,
                name=merge.merged.name,
            ),
            say("Undone, each gets back what it brought. What was done since then stays here."),
            say("That can be undone until {time}.", time=merge.merged_at + UNDO_WITHIN),
        ),
        ((Button(say("Undo it"), f"/unlink {YES}"),),),
    )


COMMANDS = (Command("unlink", say("undo a /link"), unlink, places=PRIVATE),)
