"""The words of guest lists: whether somebody comes, how many they are, and who is a couple."""

from __future__ import annotations

import re

from core.contacts.headers import plain_header

STATUSES: dict[str, str] = {
    word: status
    for status, words in {
        "confirmed": "yes,y,confirmed,accepted,attending,coming,going,1,true,כן,מגיע,מגיעה,מגיעים,"
        "אישר,אישרה,אישרו,מאשר,si,s,confirmado,confirmada,confirmados,asiste,asistira",
        "declined": "no,n,declined,not attending,not coming,regret,regrets,0,false,לא,לא מגיע,"
        "לא מגיעה,לא מגיעים,no asiste,rechazado,rechazada,cancelado",
        "maybe": "maybe,tentative,perhaps,unsure,אולי,tal vez,talvez,quizas,quiza",
        "waitlisted": "waitlisted,waitlist,waiting,רשימת המתנה,lista de espera,en espera",
        "invited": "pending,invited,no response,not answered,awaiting,awaiting response,טרם ענה,"
        "טרם ענתה,טרם ענו,ממתין,הוזמן,pendiente,invitado,sin respuesta,sin confirmar",
    }.items()
    for word in words.split(",")
}
NONE_WORDS = frozenset({"no", "n", "none", "לא", "ninguno", "0", "false", "-"})
ONE_WORDS = frozenset({"yes", "y", "x", "כן", "si", "true", "v", "+1"})
WHOLE = re.compile(r"\+?\s*(\d{1,3})(?:[.,]0+)?")
# Several people in one cell stay one party: parting them would guess.
PARTY = re.compile(
    r"&|\+|/|\s(?:and|y|e|und)\s|\s[ו](?=[א-ת])|^the\s|\bfamily\b|^(?:משפחת|משפ')\s|^familia\s",  # noqa: RUF001
    re.IGNORECASE,
)


def status_of(text: str) -> str | None:
    """The status that the word stands for, or None for one that we don't know."""
    return STATUSES.get(plain_header(text))


def count_of(text: str) -> int | None:
    """A small whole number, also as `2.0`, `+1`, yes or no; None for anything else."""
    folded = text.strip().casefold()
    match = WHOLE.fullmatch(folded)
    if match:
        return int(match[1])
    if folded in NONE_WORDS:
        return 0
    return 1 if folded in ONE_WORDS else None


def part_name(name: str) -> tuple[str, str]:
    """First and last name; a couple or a family keeps one name, and so does a single word."""
    first, _, last = name.partition(" ")
    return (name, "") if PARTY.search(name) else (first, last)
