"""A player's card: contract, guardians, what they were told, and what can be done about it."""

from __future__ import annotations

from bot.cards.contracts import team_of, terms_line
from bot.command import Button, Call, Place, Reply
from bot.commands.told_words import told_line
from bot.texts import BLANK, Prose, Text, lines, say
from bot.words.rosters import STATES, guardian_line, signature_line
from core.access import Permission, allows, standing
from core.rosters.players import ContractState, Player, list_guardians
from core.rosters.signatures import get_signature
from core.rosters.welcomes import list_told

MOST_TOLD = 6


def player_card(call: Call, player: Player, told: Text | None = None) -> Reply:
    """`told` is what was just done. Addresses are shown in private only."""
    private = call.incoming.room.place is Place.PRIVATE
    guardians = list_guardians(call.session, [player.id])[player.id]
    messages = list_told(call.session, player)[:MOST_TOLD]
    people = [guardian_line(one, private=private) for one in guardians]
    return Reply(
        lines(
            told,
            say("<b>{player}</b> – {team}", player=player.name, team=team_of(player)),
            _contract(call, player),
            say("The link into the team’s room follows as soon as there is one.")
            if player.link_owed
            else None,
            BLANK,
            say("Guardians:") if people else say("No guardian is written down."),
            *people,
            *((BLANK, say("Messages:")) if messages else ()),
            *(told_line(one, private=private) for one in messages),
            BLANK,
            _hint(player),
        ),
        _buttons(call, player),
        replaces=True,
    )


def _contract(call: Call, player: Player) -> Prose:
    if not player.is_signed:
        return say("Contract: {state}", state=STATES[player.contract])
    signature = get_signature(call.session, player)
    return lines(
        signature_line(signature), terms_line(signature.terms_version, signature.terms_sha256)
    )


def _hint(player: Player) -> Text:
    return say(
        "Write down a guardian: <code>/guardian {player} Dana Levi, dana@example.org</code>",
        player=player.public_id,
    )


def _buttons(call: Call, player: Player) -> tuple[tuple[Button, ...], ...]:
    if not allows(standing(call.session, call.actor, player.group), Permission.KEEP_ROSTER):
        return ()
    code = player.public_id
    team = Button(say("Team…"), f"/assign {code}")
    void = Button(say("Void the contract"), f"/roster void {code}")
    if player.is_signed:
        return ((Button(say("Welcome again"), f"/roster welcome {code}"), team), (void,))
    rows = (
        (
            Button(say("Send the contract"), f"/roster send {code}"),
            Button(say("Sign for the club"), f"/sign {code}"),
        ),
        (team, Button(say("Take them off"), f"/roster remove {code}")),
    )
    return (*rows, (void,)) if player.contract is ContractState.SENT else rows
