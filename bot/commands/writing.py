"""/write: one guest is written to, from their card."""

from __future__ import annotations

from bot.command import Call, Command, Place, Reply
from bot.commands.event_target import target_event
from bot.texts import Verbatim, lines, say
from bot.words.broadcasts import reckoning
from core.access import Permission
from core.broadcasts.expanding import write_to_guest
from core.errors import Invalid
from core.guests.lists import get_guest

USAGE = "<number> <text>"


def write(call: Call) -> Reply:
    """`/write 12 See you at six` goes to that guest, by whatever reaches them."""
    event = target_event(call)
    number, *words = call.arguments.words or ("",)
    below = call.incoming.line.partition("\n")[2].strip()
    text = "\n".join(filter(None, (" ".join(words), below)))
    if not (number.isascii() and number.isdigit() and len(number) < 16) or not text:
        raise Invalid("missing", usage=Verbatim(f"/write {USAGE}"))
    guest = get_guest(call.session, call.actor, event=event, guest_id=int(number))
    sent = write_to_guest(
        call.session,
        call.actor,
        group=event.group,
        guest_id=guest.id,
        text=text,
        channels=call.channels,
        links=f"{call.public_url}/r/",
        now=call.now,
    )
    told = say("Your words to {guest} are on their way.", guest=guest.name)
    return Reply(lines(told, reckoning(sent)))


COMMANDS = (
    Command(
        "write",
        say("write to one guest"),
        write,
        usage=USAGE,
        permission=Permission.LIST_GUESTS,
        places=frozenset({Place.PRIVATE}),
        takes_list=True,
    ),
)
