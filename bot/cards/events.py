"""An event as a card: when and where it is, who comes, and the buttons to answer with."""

from __future__ import annotations

from bot.command import Button
from bot.texts import BLANK, Lines, LocalTime, Prose, Text, Verbatim, lines, say, say_many
from bot.words import RSVP
from core.events import Event
from core.events.views import EventView
from core.guests import Guest, GuestStatus

# A message of Telegram holds 4096 units; what stands above the names takes 1700 at most.
UNITS_FOR_NAMES = 2200
UNITS_EACH = 12
ANSWERED = (
    GuestStatus.CONFIRMED,
    GuestStatus.MAYBE,
    GuestStatus.WAITLISTED,
    GuestStatus.DECLINED,
)
Rows = tuple[tuple[Button, ...], ...]


def event_card(view: EventView, *, mine: Guest | None = None) -> Lines:
    """The card for a room, or with `mine` for the one guest who reads it."""
    event = view.event
    off = say("This event is cancelled.") if event.cancelled_at is not None else None
    return lines(
        say("<b>{event}</b>", event=event.group.name),
        off,
        *when_and_where(event),
        BLANK,
        *_answers(view),
        *([BLANK, your_answer(mine)] if mine is not None else []),
    )


def when_and_where(event: Event) -> list[Prose]:
    """One line each for what is known."""
    told: list[Prose] = [_when(event)]
    if event.place:
        told.append(say("Where: {place}", place=event.place))
    if event.map_link:
        told.append(say("Map: {link}", link=Verbatim(event.map_link)))
    if event.note:
        told.append(say("{note}", note=event.note))
    if event.deadline is not None:
        told.append(say("Answer until: {time}", time=LocalTime(event.deadline, event.timezone)))
    return told


def rsvp_buttons(view: EventView) -> Rows:
    """None for an event that is off."""
    event = view.event
    if event.cancelled_at is not None:
        return ()
    return (answer_row(event), *_more_buttons(view))


def answer_row(event: Event, guest: Guest | None = None) -> tuple[Button, ...]:
    """Yes, no and maybe, for the one who taps or for that guest."""
    about = f"group={event.id}" + (f" guest={guest.id}" if guest is not None else "")
    return (
        Button(say("Yes"), f"/rsvp yes {about}"),
        Button(say("No"), f"/rsvp no {about}"),
        Button(say("Maybe"), f"/rsvp maybe {about}"),
    )


def your_answer(guest: Guest) -> Prose:
    """How the guest stands, to themselves."""
    if guest.held_until is not None:
        return say("A place is held for you until {time}. Do you come?", time=guest.held_until)
    if guest.answered_at is None:
        return say("You have not answered yet.")
    return say(
        "Your answer: {status}{more}", status=RSVP[guest.status], more=with_others(guest.party - 1)
    )


def time_of(event: Event) -> Text:
    """When it is, for a sentence of others' words."""
    if event.starts_at is None:
        return say("not decided yet")
    return say("{time}", time=LocalTime(event.starts_at, event.timezone))


def _when(event: Event) -> Text:
    if event.starts_at is None:
        return say("When: not decided yet")
    starts = LocalTime(event.starts_at, event.timezone)
    if event.ends_at is None:
        return say("When: {time}", time=starts)
    return say("When: {time} for {span}", time=starts, span=event.ends_at - event.starts_at)


def _answers(view: EventView) -> list[Prose]:
    told: list[Prose] = []
    named = view.names if _fits(view) else {}
    for status in ANSWERED:
        count = view.count(status)
        if count.guests:
            told.append(_status_line(view, status))
            told += [
                say("• {name}{more}", name=name, more=with_others(more))
                for name, more in named.get(status, [])
            ]
    silent = view.count(GuestStatus.INVITED).guests
    if silent:
        told.append(say_many("{count} has not answered", "{count} have not answered", silent))
    return told or [say("Nobody has answered yet.")]


def _status_line(view: EventView, status: GuestStatus) -> Text:
    heads = view.count(status).heads
    if status is GuestStatus.CONFIRMED and view.event.capacity is not None:
        return say(
            "<b>{status}: {count} of {most} places</b>",
            status=RSVP[status],
            count=heads,
            most=view.event.capacity,
        )
    return say("<b>{status}: {count}</b>", status=RSVP[status], count=heads)


def _fits(view: EventView) -> bool:
    units = sum(
        len(name.encode("utf-16-le")) // 2 + UNITS_EACH
        for names in view.names.values()
        for name, _ in names
    )
    return units <= UNITS_FOR_NAMES


def _more_buttons(view: EventView) -> Rows:
    event, row = view.event, []
    if event.plus_ones:
        row.append(Button(say("+1"), f"/rsvp plus group={event.id}"))
    if view.asks_for_others:
        row.append(Button(say("For whom …"), f"/rsvp others group={event.id}"))
    if event.latitude is not None:
        row.append(Button(say("Map"), f"/rsvp map group={event.id}"))
    if event.list_visible and view.is_long(fits=_fits(view)):
        row.append(Button(say("Show list"), f"/rsvp list group={event.id}"))
    return (tuple(row),) if row else ()


def with_others(more: int) -> Text | Verbatim:
    return say(" +{count}", count=more) if more else Verbatim("")
