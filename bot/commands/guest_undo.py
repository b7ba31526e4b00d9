"""The way back from what was done to guests, as a button, and as /undo gch_…."""

from __future__ import annotations

from bot.command import Button, Call, Reply
from bot.texts import lines, say, say_many
from core.guests.changes import GuestChange
from core.guests.undo import UNDO_WINDOW, undo_guest_change

PREFIX = "gch_"


def undo_button(change: GuestChange) -> Button:
    """Below what was changed."""
    minutes = int(UNDO_WINDOW.total_seconds() // 60)
    return Button(say("Undo ({minutes} min)", minutes=minutes), f"/undo {change.public_id}")


def undo_guests(call: Call, public_id: str) -> Reply:
    """As they were, but for whom somebody has changed since."""
    undone = undo_guest_change(call.session, call.actor, public_id=public_id, now=call.now)
    restored = say_many(
        "Undone: {count} guest of {event} is as before.",
        "Undone: {count} guests of {event} are as before.",
        undone.restored,
        event=undone.event.group.name,
    )
    since = say_many(
        "{count} was changed since and stays as it is.",
        "{count} were changed since and stay as they are.",
        undone.overtaken,
    )
    button = Button(say("All guests"), f"/guests group={undone.event.id}")
    return Reply(lines(restored, since if undone.overtaken else None), ((button,),), replaces=True)
