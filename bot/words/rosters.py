"""Players, their contracts and their guardians, in words."""

from __future__ import annotations

from bot.cards.contracts import team_of
from bot.texts import Text, Verbatim, say
from core.invites.whom import EMAIL
from core.rosters.players import ContractState, Guardian, Player
from core.rosters.signatures import Capacity, Signature
from core.rosters.welcomes import Mark

STATES: dict[ContractState, Text] = {
    ContractState.UNSIGNED: say("not signed"),
    ContractState.SENT: say("sent, not signed yet"),
    ContractState.SIGNED: say("signed"),
    ContractState.VOID: say("void"),
}
SIGNS: dict[Mark, str] = {
    Mark.BOUNCED: "✗",
    Mark.SKIPPED: "–",
    Mark.UNSURE: "?",
    Mark.WAITING: "…",
    Mark.SENT: "✉",
}
LEGEND: dict[Mark, Text] = {
    Mark.BOUNCED: say("✗ a message came back or was refused"),
    Mark.SKIPPED: say("– a guardian has no address that I could write to"),
    Mark.UNSURE: say("? a message may or may not have arrived"),
    Mark.WAITING: say("… a message waits to be sent"),
    Mark.SENT: say("✉ all were told"),
}
ROLES: dict[Capacity, Text] = {
    Capacity.GUARDIAN: say("as guardian"),
    Capacity.CLUB: say("for the club"),
}


def row_of(player: Player, mark: Mark | None) -> Text:
    """A player in a list."""
    return say(
        "• {player} – {team} – {state} {mark}",
        player=player.name,
        team=team_of(player),
        state=STATES[player.contract],
        mark=Verbatim(SIGNS[mark] if mark else ""),
    )


def signature_line(signature: Signature) -> Text:
    """Who signed, how, and when."""
    if signature.via == EMAIL:
        return say(
            "Signed by {name} as guardian, by the link that was mailed to them, {time}",
            name=signature.name,
            time=signature.signed_at,
        )
    return say(
        "Signed by {name} {capacity}, {time}",
        name=signature.name,
        capacity=ROLES[signature.capacity],
        time=signature.signed_at,
    )


def guardian_line(guardian: Guardian, *, private: bool) -> Text:
    """Contacts are for the private chat alone."""
    known = [guardian.email, guardian.phone, (guardian.handle or "").partition(":")[2]]
    contacts = ", ".join(filter(None, known))
    name = guardian.name or say("somebody")
    if not private:
        return say("{place}. {name}", place=guardian.place, name=name)
    if not contacts:
        place = say("known to me") if guardian.person_id else say("no address")
        return say("{place}. {name} – {how}", place=guardian.place, name=name, how=place)
    return say(
        "{place}. {name} – {contacts}", place=guardian.place, name=name, contacts=Verbatim(contacts)
    )
