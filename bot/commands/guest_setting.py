"""Many guests changed at once: `/guests side=bride set="table=4"`."""

from __future__ import annotations

from bot.command import Button, Call, Reply
from bot.commands.event_target import region_of
from bot.commands.guest_undo import undo_button
from bot.texts import Verbatim, say, say_many
from core.errors import Invalid
from core.events import Event
from core.guests.changes import GuestChange
from core.guests.editing import edit_guests, remove_guests
from core.guests.fields import SPOKEN, read_fields
from core.guests.lists import Wanted, count_wanted

REMOVED = "removed"
SURE_ABOVE = 50


def set_guests(call: Call, event: Event, wanted: Wanted, setting: str) -> Reply:
    """`table=4`, or `removed`, for all who are meant; with the way back."""
    field, sign, value = setting.partition("=")
    removes = setting.strip().casefold() == REMOVED
    if not removes and (not sign or field.strip().casefold() not in SPOKEN):
        raise Invalid("guest_field_unknown", known=Verbatim(", ".join(SPOKEN)))
    count = count_wanted(call.session, event, wanted)
    if count > SURE_ABOVE and call.arguments.option("sure") is None:
        raise Invalid("guests_too_many_unsure", count=count)
    if removes:
        found, change = remove_guests(
            call.session, call.actor, event_id=event.id, wanted=wanted, now=call.now
        )
    else:
        found, change = edit_guests(
            call.session,
            call.actor,
            event_id=event.id,
            wanted=wanted,
            columns=read_fields(
                {field.strip().casefold(): value.strip()}, region=region_of(call, event)
            ),
            now=call.now,
        )
    return _done(event, found, change, removes=removes)


def _done(event: Event, found: int, change: GuestChange | None, *, removes: bool) -> Reply:
    back = Button(say("All guests"), f"/guests group={event.id}")
    if change is None:
        return Reply(say("They are like that already. Nothing has changed."), ((back,),))
    if removes:
        text = say_many("{count} guest is off the list.", "{count} guests are off the list.", found)
    else:
        text = say_many("{count} guest is changed.", "{count} guests are changed.", found)
    return Reply(text, ((undo_button(change), back),))
