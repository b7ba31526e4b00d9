"""/link: one person on several platforms."""

from __future__ import annotations

from bot.command import Button, Call, Command, Place, Reply
from bot.texts import BLANK, Text, Verbatim, lines, say
from core.people import list_identities
from core.people.links import CODE_LIFE, accept_link, offer_link, open_link
from core.people.partings import UNDO_WITHIN

PRIVATE = frozenset({Place.PRIVATE})
YES = "yes"


def link(call: Call) -> Reply:
    """Without a code it gives one; with one it asks; with yes it does."""
    first, *rest = call.arguments.words or ("",)
    if not first:
        return _offer(call)
    if first.casefold() == YES and rest:
        return _join(call, " ".join(rest))
    return show_link(call, call.arguments.text())


def show_link(call: Call, code: str) -> Reply:
    """Whose code it is, and what a yes means: somebody may have slipped it to the asker."""
    owner = open_link(call.session, call.actor, code=code, now=call.now)
    return Reply(
        lines(
            say(
                "This code is from <b>{name}</b>. Is that you, on another account?", name=owner.name
            ),
            _where(call, owner.id),
            BLANK,
            say("With a yes the two become one person: each may do all that the other may."),
            say("Say yes only if you asked for this code yourself a moment ago."),
        ),
        ((Button(say("Yes, that is me"), f"/link {YES} {code}"),),),
        secret=True,
    )


def _offer(call: Call) -> Reply:
    code = Verbatim(offer_link(call.session, call.actor, now=call.now))
    return Reply(
        lines(
            say("Are you on another platform or account as well? Say this to me there:"),
            BLANK,
            say("<code>/link {code}</code>", code=code),
            BLANK,
            say("It works once, for {span}. Give it to nobody else.", span=CODE_LIFE),
        ),
        secret=True,
    )


def _join(call: Call, code: str) -> Reply:
    said_by = call.incoming.sender.address
    merge = accept_link(call.session, call.actor, code=code, address=said_by, now=call.now)
    return Reply(
        lines(
            say("Done: you are one person now, wherever you write to me."),
            _where(call, merge.survivor_id),
            say("If that was a mistake: /unlink, within {span}.", span=UNDO_WITHIN),
        ),
        replaces=True,
    )


def _where(call: Call, person_id: int) -> Text:
    names = [
        f"{one.platform} @{one.username}" if one.username else one.platform
        for one in list_identities(call.session, person_id)
    ]
    return say("Known on: {platforms}", platforms=", ".join(names))


COMMANDS = (
    Command("link", say("join your accounts into one"), link, usage="[code]", places=PRIVATE),
)
