"""Guests in words: how they stand, with whom they come, and what is known about them."""

from __future__ import annotations

from bot.texts import Lines, Prose, Text, Value, Verbatim, lines, say, say_many
from core.guests import Guest, GuestStatus

STANDINGS: dict[GuestStatus, Text] = {
    GuestStatus.INVITED: say("no answer yet"),
    GuestStatus.CONFIRMED: say("coming"),
    GuestStatus.DECLINED: say("not coming"),
    GuestStatus.MAYBE: say("maybe"),
    GuestStatus.WAITLISTED: say("on the waitlist"),
}
MARKS: dict[GuestStatus, str] = {
    GuestStatus.INVITED: "○",
    GuestStatus.CONFIRMED: "✓",
    GuestStatus.DECLINED: "✗",
    GuestStatus.MAYBE: "?",
    GuestStatus.WAITLISTED: "…",
}


def guest_row(number: int, guest: Guest) -> Text:
    """One line of a list: the number is that of the button below it."""
    mark = Verbatim(MARKS[guest.status])
    row = say("{number}. {mark} {name}", number=number, mark=mark, name=guest.name)
    if guest.party > 1:
        row = say("{guest} +{count}", guest=row, count=guest.party - 1)
    if guest.side:
        row = say("{guest} · {detail}", guest=row, detail=guest.side)
    if guest.seating:
        row = say("{guest} · {detail}", guest=row, detail=_table(guest.seating))
    return row


def _table(seating: str) -> Value:
    """A number alone could be anything."""
    return say("table {table}", table=seating) if seating.isdigit() else seating


def guest_card(guest: Guest, added_by: str | None) -> Lines:
    """All that is known about one guest."""
    facts: list[tuple[Text, Value | None]] = [
        (say("Phone"), Verbatim(guest.phone) if guest.phone else None),
        (say("E-mail"), guest.email),
        (say("Side"), guest.side),
        (say("Household"), guest.household.name if guest.household else None),
        (say("Table"), guest.seating),
        (say("Diet"), guest.diet),
        (say("Notes"), guest.notes),
        (say("Added by"), added_by),
    ]
    title = say("<b>{name}</b> – {standing}", name=guest.name, standing=STANDINGS[guest.status])
    told = (say("{what}: {value}", what=what, value=value) for what, value in facts if value)
    return lines(title, *company(guest), *told)


def company(guest: Guest) -> list[Prose]:
    """Who comes along."""
    found: list[Prose] = []
    if guest.plus_ones and guest.plus_one_names:
        names = ", ".join(guest.plus_one_names)
        found.append(say("With {count}: {names}", count=guest.plus_ones, names=names))
    elif guest.plus_ones:
        found.append(say_many("With {count} companion", "With {count} companions", guest.plus_ones))
    if guest.children:
        found.append(say_many("and {count} child", "and {count} children", guest.children))
    return found
