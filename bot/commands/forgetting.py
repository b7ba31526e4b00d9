"""/forgetme: to have what is held about oneself erased."""

from __future__ import annotations

from bot.command import Button, Call, Command, Place, Reply
from bot.texts import BLANK, Text, lines, say
from core.errors import Invalid
from core.people.erasures import (
    CONFIRM_WITHIN,
    GRACE,
    ask_erasure,
    cancel_erasure,
    check_owners_stay,
    confirm_erasure,
    find_erasure,
)

PRIVATE = frozenset({Place.PRIVATE})
KEEP = Button(say("No, keep me"), "/forgetme no")


def forgetme(call: Call) -> Reply:
    """Two times yes, within ten minutes."""
    answer = call.arguments.text().casefold()
    steps = {"": _explain, "yes": _ask_again, "really": _confirm, "no": _stay}
    if answer not in steps:
        raise Invalid("forget_unclear", word=answer)
    return steps[answer](call)


def _explain(call: Call) -> Reply:
    if erasure := find_erasure(call.session, call.actor.person.id):
        assert erasure.due_at is not None
        return Reply(
            say("You will be forgotten on {time}. Until then you can stay.", time=erasure.due_at),
            ((KEEP,),),
        )
    check_owners_stay(call.session, call.actor.person.id)
    return Reply(
        lines(
            say("<b>Shall I forget you?</b>"),
            BLANK,
            say("What goes: your name, your accounts, your settings, what you sent me."),
            say("You leave all your groups. Your open invites end."),
            say("What stays: counts, and what was done, without your name."),
            say("Nobody can bring it back. /mydata gives you a copy first."),
        ),
        ((Button(say("Yes, forget me"), "/forgetme yes"), KEEP),),
    )


def _ask_again(call: Call) -> Reply:
    ask_erasure(call.session, call.actor, now=call.now)
    return Reply(
        lines(
            say(
                "<b>Really?</b> This is the last question. It holds for {span}.",
                span=CONFIRM_WITHIN,
            ),
            say("Then you have {span} to think better of it.", span=GRACE),
        ),
        ((Button(say("Yes, erase everything"), "/forgetme really"), KEEP),),
        replaces=True,
    )


def _confirm(call: Call) -> Reply:
    due_at = confirm_erasure(call.session, call.actor, now=call.now)
    return Reply(
        lines(
            say("So be it. I forget you on {time}.", time=due_at),
            say("Until then you can stay: <code>/forgetme no</code>"),
        ),
        ((KEEP,),),
        replaces=True,
    )


def _stay(call: Call) -> Reply:
    return Reply(
        _kept(cancelled=cancel_erasure(call.session, call.actor, now=call.now)), replaces=True
    )


def _kept(*, cancelled: bool) -> Text:
    if cancelled:
        return say("Good. Nothing is erased, and you stay as you are.")
    return say("Nothing was about to be erased. You stay as you are.")


COMMANDS = (Command("forgetme", say("have me forget you"), forgetme, places=PRIVATE),)
