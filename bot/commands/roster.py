"""/roster: the players, how their contracts stand, and what their guardians were told."""

from __future__ import annotations

from collections.abc import Callable

from bot.command import Button, Call, Command, Place, Reply
from bot.commands.importing import importroster
from bot.commands.paging import cursor_of, turning_or_hint
from bot.commands.player_cards import player_card
from bot.commands.roster_lists import fetch
from bot.commands.target import target_group
from bot.texts import BLANK, Prose, Text, lines, say
from bot.words.rosters import LEGEND, STATES, row_of
from core.access import Permission
from core.groups import Group
from core.rosters import count_contracts, get_player, list_roster
from core.rosters.contracts import send_contract, void_contract, welcome_again
from core.rosters.player_changes import remove_player
from core.rosters.players import ContractState, Player
from core.rosters.welcomes import Mark, marks_of
from core.tokens import is_public_id

USAGE = "[name]"


def roster(call: Call) -> Reply:
    """Ten a page with a button for each, or one player's card, or a deed from its buttons; a file
    that comes with it is a list to be taken over.
    """
    if call.incoming.attachment is not None and call.incoming.room.place is Place.PRIVATE:
        return importroster(call)
    match call.arguments.words:
        case (public_id,) if is_public_id(public_id):
            player = get_player(call.session, call.actor, public_id=public_id)
            return player_card(call, player)
        case (deed, public_id) if deed in DEEDS and is_public_id(public_id):
            return DEEDS[deed](call, public_id)
    group, text = target_group(call), call.arguments.text()
    page = list_roster(
        call.session, call.actor, group=group, text=text, cursor=cursor_of(call.arguments)
    )
    if not page.rows:
        return Reply(_nobody(group, text))
    marks = marks_of(call.session, [row.id for row in page.rows])
    turning, hint = turning_or_hint(page, "roster", text, group)
    legend = [LEGEND[mark] for mark in Mark if mark in marks.values()]
    rows = [row_of(row, marks.get(row.id)) for row in page.rows]
    return Reply(
        lines(_title(call, group), *rows, BLANK, *legend, hint),
        (*_openers(page.rows), *turning),
        replaces=True,
    )


def _title(call: Call, group: Group) -> Prose:
    counts = count_contracts(call.session, call.actor, group=group)
    parts = [
        say("{count} {state}", count=counts[state], state=STATES[state])
        for state in ContractState
        if state in counts
    ]
    return lines(say("<b>The roster of {group}</b>", group=group.name), *parts, BLANK)


def _openers(players: list[Player]) -> tuple[tuple[Button, ...], ...]:
    """Two to a row."""
    buttons = [
        Button(say("{player}", player=one.name), f"/roster {one.public_id}") for one in players
    ]
    return tuple(tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2))


def _nobody(group: Group, text: str) -> Text:
    if text:
        return say(
            "No player of {group} is called {text}. /roster shows all.", group=group.name, text=text
        )
    return say(
        "Nobody is on the roster of {group}. Add somebody: <code>/addplayer Mia Levi</code>, or a"
        " whole list: /importroster",
        group=group.name,
    )


def _send(call: Call, public_id: str) -> Reply:
    player = send_contract(call.session, call.actor, public_id=public_id, now=call.now)
    return player_card(
        call, player, say("{player}’s guardians get the contract to sign.", player=player.name)
    )


def _void(call: Call, public_id: str) -> Reply:
    player = get_player(
        call.session, call.actor, public_id=public_id, permission=Permission.KEEP_ROSTER
    )
    if call.arguments.option("sure") is None:
        return _are_you_sure(
            say("Shall {player}’s contract count no more?", player=player.name),
            say("Void it"),
            "void",
            public_id,
        )
    void_contract(call.session, call.actor, public_id=public_id, now=call.now)
    return player_card(call, player, say("{player}’s contract is void.", player=player.name))


def _welcome(call: Call, public_id: str) -> Reply:
    player = welcome_again(call.session, call.actor, public_id=public_id, now=call.now)
    told = say("{player}’s guardians get the welcome once more.", player=player.name)
    return player_card(call, player, told)


def _remove(call: Call, public_id: str) -> Reply:
    player = get_player(
        call.session, call.actor, public_id=public_id, permission=Permission.KEEP_ROSTER
    )
    if call.arguments.option("sure") is None:
        return _are_you_sure(
            say("Shall {player} go from the roster for good?", player=player.name),
            say("Take them off"),
            "remove",
            public_id,
        )
    name = player.name
    remove_player(call.session, call.actor, player=player, now=call.now)
    told = say("{player} is off the roster. /roster shows who is on it.", player=name)
    return Reply(told, replaces=True)


def _are_you_sure(question: Text, yes: Text, deed: str, public_id: str) -> Reply:
    row = (
        Button(yes, f"/roster {deed} {public_id} sure=yes"),
        Button(say("Leave it"), f"/roster {public_id}"),
    )
    return Reply(question, (row,), replaces=True)


DEEDS: dict[str, Callable[[Call, str], Reply]] = {
    "send": _send,
    "void": _void,
    "welcome": _welcome,
    "remove": _remove,
}
COMMANDS = (
    Command(
        "roster",
        say("the players and their contracts"),
        roster,
        usage=USAGE,
        permission=Permission.SEE_ROSTER,
        prepare=fetch,
    ),
)
