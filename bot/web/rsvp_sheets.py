"""What stands on a guest's own page: the event, and a form to answer for each of the household."""

from __future__ import annotations

from bot.calendar_files import calendar_path
from bot.cards.events import when_and_where, with_others
from bot.texts import Prose, Text, lines, say
from bot.web.cookies import Visit
from bot.web.sheets import Field, Form, Link, Part, Sheet, Way
from bot.words import RSVP
from core.events import Event
from core.guests import Guest
from core.guests.rsvp import Answer, companions_allowed
from core.guests.self_service import ServiceCard

ANSWERS: dict[Answer, Text] = {
    Answer.YES: say("Yes"),
    Answer.NO: say("No"),
    Answer.MAYBE: say("Maybe"),
}


def path_of(token: str) -> str:
    return f"/r/{token}"


def service_sheet(
    card: ServiceCard, token: str, visit: Visit, *, told: Text | None = None
) -> Sheet:
    """`told` is what came of the answer that was just given."""
    hidden = visit.hidden(path_of(token))
    event = card.event
    closed = _closed(card)
    answers = tuple(Answer) if closed is None else ()
    ways: tuple[Way, ...] = ()
    if event.starts_at is not None:
        ways = (Link(say("Put it into my calendar"), calendar_path(event), quiet=True),)
    return Sheet(
        say("<b>{event}</b>", event=event.group.name),
        (*([told] if told else []), lines(*when_and_where(event)), *([closed] if closed else [])),
        ways=ways,
        parts=tuple(
            _part(guest, [_form(event, guest, token, one, hidden) for one in answers])
            for guest in card.guests
        ),
    )


def _part(guest: Guest, forms: list[Form]) -> Part:
    return Part(say("{name}", name=guest.name), (_standing(guest),), ways=tuple(forms))


def _standing(guest: Guest) -> Prose:
    """Of whomever it is: the reader may answer for others, too."""
    if guest.held_until is not None:
        return say(
            "A place is held for {name} until {time}.", name=guest.name, time=guest.held_until
        )
    if guest.answered_at is None:
        return say("No answer yet.")
    more = with_others(guest.party - 1)
    return say("The answer: {status}{more}", status=RSVP[guest.status], more=more)


def _form(event: Event, guest: Guest, token: str, answer: Answer, hidden: dict[str, str]) -> Form:
    most = companions_allowed(event, guest)
    fields: tuple[Field, ...] = ()
    if most and answer is Answer.YES:
        label = say("How many come along with {name}? {most} at most", name=guest.name, most=most)
        fields = (Field("plus", label, kind="number", value=str(guest.plus_ones), required=False),)
    return Form(
        say("{name}: {answer}", name=guest.name, answer=ANSWERS[answer]),
        path_of(token),
        hidden={**hidden, "guest": str(guest.id), "answer": answer.value},
        fields=fields,
        quiet=answer is not Answer.YES,
    )


def _closed(card: ServiceCard) -> Text | None:
    """Why nobody can answer any more, with whom to ask."""
    if card.event.cancelled_at is not None:
        return say("This event is cancelled.")
    if card.is_open:
        return None
    return say("The time to answer is over. Ask {contact}.", contact=card.contact)
