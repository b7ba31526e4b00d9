"""/stop and /resume: whether I may write to somebody here when they did not ask me anything."""

from __future__ import annotations

from bot.command import Call, Command, Place, Reply
from bot.texts import lines, say
from core.people.conversations import resume_telling, stop_telling

PRIVATE = frozenset({Place.PRIVATE})


def stop(call: Call) -> Reply:
    """Answers still come: they are asked for."""
    here = call.incoming.sender
    stop_telling(
        call.session, call.actor, platform=here.platform, address=here.address, now=call.now
    )
    return Reply(
        lines(
            say("Done: I write nothing here any more, except when you ask me something."),
            say("To hear of your groups here again, write START or <code>/resume</code>."),
        )
    )


def resume(call: Call) -> Reply:
    here = call.incoming.sender
    resume_telling(
        call.session, call.actor, platform=here.platform, address=here.address, now=call.now
    )
    return Reply(
        lines(
            say("Good to have you back: you hear of your groups here again."),
            say("Should that be too much, write STOP or <code>/stop</code>."),
        )
    )


COMMANDS = (
    Command("stop", say("hear nothing here that you did not ask for"), stop, places=PRIVATE),
    Command("resume", say("hear of your groups here again"), resume, places=PRIVATE),
)
