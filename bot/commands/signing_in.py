"""/signin: a link by which one's browser becomes one's own."""

from __future__ import annotations

from bot.command import Call, Command, Place, Reply
from bot.texts import BLANK, Verbatim, lines, say
from core.people.signin import LINK_LIFE, offer_signin


def signin(call: Call) -> Reply:
    """The link is kept nowhere: whoever has it becomes the asker on a page."""
    token = offer_signin(call.session, call.actor, now=call.now)
    return Reply(
        lines(
            say("Open this in the browser where you want to be signed in:"),
            say("{link}", link=Verbatim(call.site.page(f"/s/{token}"))),
            BLANK,
            say("It works once, for {span}. Give it to nobody else.", span=LINK_LIFE),
        ),
        secret=True,
    )


COMMANDS = (
    Command(
        "signin",
        say("sign in with your browser"),
        signin,
        places=frozenset({Place.PRIVATE}),
    ),
)
