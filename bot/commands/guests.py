"""/guests: who is on an event's list, by status, side, inviter or name, ten a page."""

from __future__ import annotations

from bot.command import Button, Call, Command, Reply
from bot.commands.event_target import target_event
from bot.commands.guest_setting import set_guests
from bot.commands.paging import cursor_of, turning_buttons
from bot.commands.target import BUTTON_BYTES
from bot.texts import BLANK, Prose, Text, Verbatim, lines, say, say_many
from bot.words.guests import MARKS, STANDINGS, guest_row
from core.access import Permission
from core.contacts.answers import status_of
from core.errors import Invalid
from core.events import Event
from core.guests import Guest, GuestStatus
from core.guests.lists import MOST_COUNTED, MOST_NAMED, PAGE_SIZE, Wanted, count_wanted, list_guests
from core.pages import Page


def guests(call: Call) -> Reply:
    """Ten a page with a button for each; with `set` all who match are changed."""
    event = target_event(call)
    wanted = wanted_of(call, text=call.arguments.text())
    setting = call.arguments.option("set")
    if setting is not None:
        return set_guests(call, event, wanted, setting)
    page = list_guests(
        call.session, call.actor, event=event, wanted=wanted, cursor=cursor_of(call.arguments)
    )
    if not page.rows:
        return _nobody(event, wanted)
    return _page(call, event, wanted, page)


def wanted_of(call: Call, *, text: str) -> Wanted:
    """Which guests the line is about. Raises Invalid."""
    said = call.arguments.option("status")
    return Wanted(
        status=_status(said) if said is not None else None,
        side=call.arguments.option("side"),
        household=call.arguments.option("household"),
        by=_by(call),
        text=text,
    )


def _status(said: str) -> GuestStatus:
    found = status_of(said)
    if found is None:
        raise Invalid("status_unreadable")
    return GuestStatus(found)


def _by(call: Call) -> str | None:
    said = call.arguments.option("by")
    return call.actor.person.name if said in ("me", "אני", "yo") else said


def _page(call: Call, event: Event, wanted: Wanted, page: Page[Guest]) -> Reply:
    most = MOST_NAMED if wanted.text else MOST_COUNTED
    count = count_wanted(call.session, event, wanted, most=most)
    rows = [guest_row(number, guest) for number, guest in enumerate(page.rows, 1)]
    turning, hint = _turning(event, wanted, page)
    legend = {guest.status: None for guest in page.rows}
    keys = [
        say("{mark} {standing}", mark=Verbatim(MARKS[one]), standing=STANDINGS[one])
        for one in GuestStatus
        if one in legend
    ]
    return Reply(
        lines(_title(event, count, most), *rows, BLANK, *keys, hint),
        (*_cards(event, page.rows), *turning, *_filters(event, wanted)),
        replaces=True,
    )


def _title(event: Event, count: int, most: int) -> Text:
    if count > most:
        return say("<b>{event}</b> – more than {count} guests", event=event.group.name, count=most)
    return say_many(
        "<b>{event}</b> – {count} guest",
        "<b>{event}</b> – {count} guests",
        count,
        event=event.group.name,
    )


def _nobody(event: Event, wanted: Wanted) -> Reply:
    name = event.group.name
    if wanted == Wanted():
        text = say(
            "Nobody is on the list of {event} yet. /addguest adds somebody, /import a whole list.",
            event=name,
        )
        return Reply(text, replaces=True)
    text = say("Nobody on the list of {event} is like that.", event=name)
    return Reply(text, ((Button(say("All guests"), f"/guests group={event.id}"),),), replaces=True)


def _cards(event: Event, rows: list[Guest]) -> list[tuple[Button, ...]]:
    buttons = [
        Button(say("{number}", number=number), f"/guest {guest.id} group={event.id}")
        for number, guest in enumerate(rows, 1)
    ]
    half = PAGE_SIZE // 2
    return [tuple(part) for part in (buttons[:half], buttons[half:]) if part]


def _filters(event: Event, wanted: Wanted) -> list[tuple[Button, ...]]:
    """Other views of the same list."""
    shown = [one for one in GuestStatus if one is not wanted.status]
    buttons = [
        Button(STANDINGS[one], f"/guests status={one.value} group={event.id}") for one in shown
    ]
    if wanted != Wanted():
        buttons.append(Button(say("All guests"), f"/guests group={event.id}"))
    return [tuple(buttons[:3]), tuple(buttons[3:])]


def _turning(
    event: Event, wanted: Wanted, page: Page[Guest]
) -> tuple[tuple[tuple[Button, ...], ...], Prose | None]:
    rows = turning_buttons(page, _line(event, wanted))
    said = " ".join(filter(None, (wanted.text, wanted.side, wanted.household, wanted.by)))
    long = any(len(one.line.encode()) > BUTTON_BYTES for row in rows for one in row)
    if not long and '"' not in said:
        return rows, None
    return (), say("More people match. Fewer letters, without quotes, show them all.")


def _line(event: Event, wanted: Wanted) -> str:
    """The same list again, as it is typed."""
    named = {"side": wanted.side, "household": wanted.household, "by": wanted.by}
    parts = ["/guests", f'"{wanted.text}"' if wanted.text else ""]
    parts += [f'{name}="{value}"' for name, value in named.items() if value]
    parts += [f"status={wanted.status.value}" if wanted.status else "", f"group={event.id}"]
    return " ".join(filter(None, parts))


COMMANDS = (
    Command(
        "guests",
        say("who is on an event's list"),
        guests,
        usage='[text] [status=S] [side=S] [household=H] [by=who] [set="table=4"]',
        permission=Permission.LIST_GUESTS,
        options=frozenset({"status", "side", "household", "by", "set"}),
    ),
)
