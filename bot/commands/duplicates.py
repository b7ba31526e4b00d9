"""/duplicates: rows that may be one guest, in pairs, to be merged or kept."""

from __future__ import annotations

from bot.command import Button, Call, Command, Place, Reply
from bot.commands.event_target import target_event
from bot.texts import BLANK, Prose, Text, Verbatim, lines, say
from bot.words.guests import STANDINGS
from core.access import Permission
from core.errors import Invalid
from core.events import Event
from core.guests import Guest
from core.guests.merging import merge_guests
from core.guests.twins import Likeness, Pair, find_pairs, keep_both

MERGE, KEEP = "merge", "keep"
WHY: dict[Likeness, Text] = {
    Likeness.PERSON: say("two accounts of one person"),
    Likeness.PHONE: say("the same number"),
    Likeness.EMAIL: say("the same e-mail address"),
    Likeness.NAME: say("the same name"),
    Likeness.SIMILAR: say("nearly the same name in one household"),
}


def duplicates(call: Call) -> Reply:
    """Shown, or decided for one pair and then shown again."""
    event = target_event(call)
    match call.arguments.words:
        case ():
            return _show(call, event)
        case (word, first, second) if word in (MERGE, KEEP):
            return _decide(call, event, word, _number(first), _number(second))
    raise Invalid("missing", usage=Verbatim("/duplicates"))


def _number(word: str) -> int:
    if not (word.isascii() and word.isdigit() and len(word) < 16):
        raise Invalid("missing", usage=Verbatim("/duplicates"))
    return int(word)


def _decide(call: Call, event: Event, word: str, low: int, high: int) -> Reply:
    if word == KEEP:
        keep_both(call.session, call.actor, event=event, low_id=low, high_id=high, now=call.now)
        return _show(call, event, note=say("They stay two."))
    kept, change = merge_guests(
        call.session, call.actor, event_id=event.id, low_id=low, high_id=high, now=call.now
    )
    undo = Button(say("Undo, for 30 days"), f"/undo {change.public_id}")
    return _show(call, event, note=say("Merged: {guest}", guest=kept.name), undo=undo)


def _show(
    call: Call, event: Event, *, note: Prose | None = None, undo: Button | None = None
) -> Reply:
    pairs = find_pairs(call.session, call.actor, event=event)
    title = (
        say("<b>{event}</b> – these may be one guest each", event=event.group.name)
        if pairs
        else say("Nobody is twice on the list of {event}.", event=event.group.name)
    )
    told = [part for number, pair in enumerate(pairs, 1) for part in (BLANK, _pair(number, pair))]
    rows = [_buttons(event, number, pair) for number, pair in enumerate(pairs, 1)]
    if undo is not None:
        rows.append((undo,))
    rows.append((Button(say("All guests"), f"/guests group={event.id}"),))
    return Reply(lines(note, title, *told), tuple(rows), replaces=True)


def _pair(number: int, pair: Pair) -> Prose:
    return lines(
        say("{number}. {why}:", number=number, why=WHY[pair.likeness]),
        _who(pair.low),
        _who(pair.high),
    )


def _who(guest: Guest) -> Text:
    """With what tells them apart."""
    row = say("• {name}, {standing}", name=guest.name, standing=STANDINGS[guest.status])
    home = guest.household.name if guest.household else None
    for detail in filter(None, (guest.phone, guest.email, home)):
        row = say("{guest} · {detail}", guest=row, detail=detail)
    return row


def _buttons(event: Event, number: int, pair: Pair) -> tuple[Button, ...]:
    both = f"{pair.low.id} {pair.high.id} group={event.id}"
    return (
        Button(say("{number}: Merge", number=number), f"/duplicates {MERGE} {both}"),
        Button(say("{number}: Keep both", number=number), f"/duplicates {KEEP} {both}"),
    )


COMMANDS = (
    Command(
        "duplicates",
        say("find guests who are on the list twice"),
        duplicates,
        permission=Permission.EDIT_GUESTS,
        places=frozenset({Place.PRIVATE}),
    ),
)
