"""Links of an event: a guest's own, by which they answer without an account, and its calendar."""

from __future__ import annotations

from bot.calendar_files import calendar_file, calendar_path
from bot.command import Call, Document, Place, Reply
from bot.commands.event_showing import show_event
from bot.texts import Verbatim, lines, say
from core.errors import Invalid
from core.events import Event, get_event
from core.guests.answering import get_answerable
from core.guests.self_service import claim_guest, make_guest_link

PAYLOAD = "r_"


def share_link(call: Call, event: Event) -> Reply:
    """A link for the guest who is named, or for the asker; it opens for whoever has it."""
    _in_private(call)
    number = call.arguments.number("guest")
    guest = get_answerable(call.session, call.actor, event=event, guest_id=number)
    token = make_guest_link(call.session, guest, now=call.now)
    link = Verbatim(f"{call.public_url}/r/{token}")
    return Reply(
        lines(
            say(
                "{name} answers by this link, without an account, for the household too:",
                name=guest.name,
            ),
            say("{link}", link=link),
            say("Whoever has it can answer for them, so hand it to {name} alone.", name=guest.name),
        ),
        secret=True,
    )


def take_calendar(call: Call, event: Event) -> Reply:
    """The file for a calendar, and where it is found later, with what has changed by then."""
    _in_private(call)
    if event.starts_at is None:
        raise Invalid("event_without_start")
    link = Verbatim(call.public_url + calendar_path(event))
    told = lines(
        say("{event} for your calendar.", event=event.group.name),
        say("What changes is found here: {link}", link=link),
    )
    file = calendar_file(event, now=call.now)
    return Reply(told, document=Document("event.ics", file, say("{event}", event=event.group.name)))


def show_by_link(call: Call, token: str) -> Reply:
    """Who opens their link in chat becomes the guest that it is for, and answers as themselves."""
    guest = claim_guest(call.session, call.actor, token=token, now=call.now)
    return show_event(call, get_event(call.session, guest.event_id))


def _in_private(call: Call) -> None:
    if call.incoming.room.place is not Place.PRIVATE:
        raise Invalid("only_in_private")
