"""/mydata: what is held about somebody, for them to read."""

from __future__ import annotations

import json

from bot.command import Call, Command, Document, Place, Reply
from bot.texts import say
from core.people.mydata import describe_person

PRIVATE = frozenset({Place.PRIVATE})


def mydata(call: Call) -> Reply:
    """All of it as one JSON file."""
    data = describe_person(call.session, call.actor, now=call.now)
    content = json.dumps(data, ensure_ascii=False, indent=2).encode()
    return Reply(
        say("Here is everything that I hold about you. /forgetme ends it."),
        document=Document("usher-mydata.json", content, say("Your data")),
        secret=True,
    )


COMMANDS = (Command("mydata", say("all that I hold about you"), mydata, places=PRIVATE),)
