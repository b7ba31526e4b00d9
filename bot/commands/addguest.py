"""/addguest: somebody comes onto an event's list, as people write them down."""

from __future__ import annotations

from bot.command import Button, Call, Command, Place, Reply
from bot.commands.event_target import region_of, target_event
from bot.commands.guest_cards import show_guest
from bot.texts import Verbatim, say
from core.access import Permission
from core.contacts.fields import Field
from core.contacts.guest_lines import guest_of_line
from core.contacts.tables import Row
from core.errors import Invalid
from core.guests.adding import add_guest
from core.guests.fields import SPOKEN, read_fields

USAGE = "<name> [phone] [email] [+1] [side=S] [table=T]"


def addguest(call: Call) -> Reply:
    """`/addguest Dana Levi, 050-123-4567, +1 side=bride`, in any order."""
    event = target_event(call)
    said = _said(call)
    if not said:
        raise Invalid("missing", usage=Verbatim(f"/addguest {USAGE}"))
    added = add_guest(
        call.session,
        call.actor,
        event_id=event.id,
        columns=read_fields(said, region=region_of(call, event)),
        sure=call.arguments.option("sure") is not None,
        now=call.now,
    )
    if call.incoming.room.place is Place.PRIVATE:
        note = say("{name} is on the list.", name=added.name)
        return show_guest(call, event, added, note=note)
    return Reply(
        say("{name} is on the list of {event}.", name=added.name, event=event.group.name),
        ((Button(say("All guests"), f"/guests group={event.id}"),),),
    )


def _said(call: Call) -> dict[str, str]:
    """What stands in the line, and what is named in it."""
    cells = [cell.strip() for cell in " ".join(call.arguments.words).split(",")]
    raw = guest_of_line(Row(1, tuple(filter(None, cells))))
    words = {field: name for name, field in SPOKEN.items()}
    found = {
        words[field]: " ".join(values) for field, values in raw.values.items() if field in words
    }
    if Field.PARTY in raw.values:
        found["plus"] = raw.values[Field.PARTY][0]
    named = {name: value for name in SPOKEN if (value := call.arguments.option(name)) is not None}
    return {**found, **named}


COMMANDS = (
    Command(
        "addguest",
        say("put somebody on an event's list"),
        addguest,
        usage=USAGE,
        permission=Permission.EDIT_GUESTS,
        options=frozenset(SPOKEN),
    ),
)
