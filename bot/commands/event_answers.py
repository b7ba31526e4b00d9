"""What is said when somebody has answered, for whom they may answer, and who else has."""

from __future__ import annotations

from collections.abc import Mapping

from bot.cards.events import answer_row
from bot.command import Button, Call, Place, Reply
from bot.commands.paging import cursor_of, turning_buttons
from bot.texts import Prose, Text, lines, say
from bot.words import RSVP
from core.errors import Forbidden, NotFound
from core.events import Event
from core.events.views import Count, list_answers
from core.guests import Guest, GuestStatus
from core.guests.answering import Answered, find_own_guest, list_charges

# Behind it stands the event's number: a link into our private chat.
PAYLOAD = "e_"


def answered(done: Answered) -> Text:
    """One sentence that fits what is shown in passing."""
    names = {"name": done.guest.name, "event": done.event.group.name}
    more = done.guest.party - 1
    match done.status:
        case GuestStatus.CONFIRMED if more:
            told = say("{name} comes to {event}, with {count} more.", count=more, **names)
        case GuestStatus.CONFIRMED:
            told = say("{name} comes to {event}.", **names)
        case GuestStatus.WAITLISTED:
            told = say(
                "{event} is full. {name} is on the waitlist and hears as soon as there is a place.",
                **names,
            )
        case GuestStatus.MAYBE:
            told = say("{name} may come to {event}.", **names)
        case _:
            told = say("{name} does not come to {event}.", **names)
    return told


def so_far(counts: Mapping[GuestStatus, Count]) -> Text:
    """How many come by now, all who come along with them."""

    def heads(status: GuestStatus) -> int:
        return counts[status].heads if status in counts else 0

    return say(
        "So far: {yes} yes, {maybe} maybe, {no} no.",
        yes=heads(GuestStatus.CONFIRMED),
        maybe=heads(GuestStatus.MAYBE),
        no=heads(GuestStatus.DECLINED),
    )


def others(call: Call, event: Event, *, first: Text | None = None) -> Reply:
    """Whom the asker may answer for, each with buttons of their own; in private only."""
    if call.incoming.room.place is not Place.PRIVATE:
        return in_private(call, event)
    mine = find_own_guest(call.session, call.actor, event_id=event.id)
    charges = list_charges(call.session, mine) if mine is not None else []
    if not charges:
        raise NotFound("nobody_else", event=event.group.name)
    return Reply(
        lines(
            first,
            say("For whom do you answer? <b>{event}</b>", event=event.group.name),
            *(_charge(one) for one in charges),
        ),
        tuple(row for one in charges for row in _rows(event, one)),
        replaces=True,
    )


def show_list(call: Call, event: Event) -> Reply:
    """Who has answered what, fifty a page, where the organisers let the guests see it."""
    if not event.list_visible:
        raise Forbidden("list_hidden", event=event.group.name)
    if call.incoming.room.place is not Place.PRIVATE:
        return in_private(call, event)
    page = list_answers(call.session, event, cursor=cursor_of(call.arguments))
    return Reply(
        lines(
            say("<b>{event}</b>: who has answered", event=event.group.name),
            *(
                say("• {name}: {status}", name=one.name, status=RSVP[one.status])
                for one in page.rows
            ),
        ),
        (
            *turning_buttons(page, f"/rsvp list group={event.id}"),
            (Button(say("Back to the card"), f"/rsvp group={event.id}"),),
        ),
        replaces=True,
    )


def in_private(call: Call, event: Event) -> Reply:
    """What is not for the whole room to see goes on in our private chat."""
    told = say(
        "That goes on in our private chat. Type there: <code>/rsvp group={id}</code>", id=event.id
    )
    return Reply(told, brief=call.incoming.pressed, opens=f"{PAYLOAD}{event.id}")


def _charge(guest: Guest) -> Prose:
    return say("• {name}. {answer}", name=guest.name, answer=_stands(guest))


def _stands(guest: Guest) -> Text:
    if guest.answered_at is None:
        return say("No answer yet")
    return say("{status}", status=RSVP[guest.status])


def _rows(event: Event, guest: Guest) -> tuple[tuple[Button, ...], ...]:
    yes, no, maybe = answer_row(event, guest)
    label = say("{name}: yes", name=guest.name)
    return ((Button(label, yes.line), no, maybe),)
