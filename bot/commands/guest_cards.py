"""/guest: all about one guest, changed and taken off the list by buttons and by field=value."""

from __future__ import annotations

from bot.command import Button, Call, Command, Place, Reply
from bot.commands.event_target import region_of, target_event
from bot.commands.guest_undo import undo_button
from bot.texts import BLANK, Prose, Verbatim, lines, say
from bot.words.guests import STANDINGS, guest_card
from core.access import Permission, allows, standing
from core.errors import Invalid
from core.events import Event
from core.guests import Guest, GuestStatus
from core.guests.changes import GuestChange
from core.guests.editing import edit_guest, remove_guest
from core.guests.fields import SPOKEN, read_fields
from core.guests.lists import get_guest
from core.people import Person

OFF = "off"
USAGE = "<number> [phone=…] [table=…] [off]"
SETTABLE = (
    GuestStatus.CONFIRMED,
    GuestStatus.DECLINED,
    GuestStatus.MAYBE,
    GuestStatus.INVITED,
)


def guest(call: Call) -> Reply:
    """Shown to whoever may see the list; changed by whoever may edit it."""
    event = target_event(call)
    number, *rest = call.arguments.words or ("",)
    if not (number.isascii() and number.isdigit() and len(number) < 16):
        raise Invalid("missing", usage=Verbatim(f"/guest {USAGE}"))
    if rest == [OFF]:
        gone, change = remove_guest(
            call.session, call.actor, event_id=event.id, guest_id=int(number), now=call.now
        )
        return _removed(event, gone, change)
    said = {name: value for name in SPOKEN if (value := call.arguments.option(name)) is not None}
    if not said:
        found = get_guest(call.session, call.actor, event=event, guest_id=int(number))
        return show_guest(call, event, found)
    columns = read_fields(said, region=region_of(call, event))
    found, change = edit_guest(
        call.session,
        call.actor,
        event_id=event.id,
        guest_id=int(number),
        columns=columns,
        now=call.now,
    )
    return show_guest(call, event, found, change=change, note=_what_became(found, columns))


def show_guest(
    call: Call,
    event: Event,
    found: Guest,
    *,
    change: GuestChange | None = None,
    note: Prose | None = None,
) -> Reply:
    """The card, with the buttons that its reader may use."""
    session = call.session
    session.refresh(found, ["household"])
    adder = session.get(Person, found.added_by_id) if found.added_by_id is not None else None
    card = guest_card(found, adder.name if adder else None)
    editable = allows(standing(session, call.actor, event.group), Permission.EDIT_GUESTS)
    line = f"/guest {found.id}"
    rows: list[tuple[Button, ...]] = []
    if editable:
        shown = [one for one in SETTABLE if one is not found.status]
        tail = f"group={event.id}"
        rows.append(
            tuple(Button(STANDINGS[one], f"{line} status={one.value} {tail}") for one in shown)
        )
        rows.append((Button(say("Take off the list"), f"{line} {OFF} {tail}"),))
    if change is not None:
        rows.append((undo_button(change),))
    rows.append((Button(say("All guests"), f"/guests group={event.id}"),))
    hint = say("To change something: {example}", example=Verbatim(f"{line} table=4"))
    words = say("To write to them: {example}", example=Verbatim(f"/write {found.id} Hello!"))
    return Reply(
        lines(note, card, BLANK, words, hint if editable else None), tuple(rows), replaces=True
    )


def _what_became(found: Guest, columns: dict[str, object]) -> Prose | None:
    """Who was said to come, but waits."""
    asked = columns.get("status")
    if asked is GuestStatus.CONFIRMED and found.status is GuestStatus.WAITLISTED:
        return say("All seats are taken, so they are on the waitlist.")
    return None


def _removed(event: Event, gone: Guest, change: GuestChange | None) -> Reply:
    back = Button(say("All guests"), f"/guests group={event.id}")
    text = say("{name} is off the list of {event}.", name=gone.name, event=event.group.name)
    return Reply(text, ((*((undo_button(change),) if change else ()), back),), replaces=True)


COMMANDS = (
    Command(
        "guest",
        say("see, change or remove one guest"),
        guest,
        usage=USAGE,
        permission=Permission.LIST_GUESTS,
        places=frozenset({Place.PRIVATE}),
        options=frozenset(SPOKEN),
    ),
)
