"""/terms and /sendcontract: what is signed, and to whom it is sent."""

from __future__ import annotations

from bot.cards.contracts import terms_card, terms_line
from bot.command import Call, Command, Reply
from bot.commands.player_cards import player_card
from bot.commands.target import target_group
from bot.commands.which_player import which_player
from bot.texts import lines, say, say_many
from core.access import Permission, require
from core.rosters.contracts import send_all, send_contract
from core.rosters.terms import current_terms, set_terms

EVERYBODY = "all"


def terms(call: Call) -> Reply:
    """Shows what is signed here; a text makes a new version of it."""
    group = target_group(call)
    below = call.incoming.line.partition("\n")[2]
    text = "\n".join(filter(None, (call.arguments.text(), below)))
    if text:
        made = set_terms(call.session, call.actor, group=group, text=text, now=call.now)
        said = say("Whoever signs for {group} from now on signs these terms.", group=group.name)
        return Reply(lines(said, terms_line(made.version, made.sha256)))
    require(call.session, call.actor, Permission.SEE_ROSTER, group)
    current = current_terms(call.session, group)
    if current is None:
        return Reply(
            say(
                "Nothing is set that could be signed in {group}. Send it: <code>/terms</code> and"
                " the text, which may have many lines.",
                group=group.name,
            )
        )
    return Reply(terms_card(current))


def sendcontract(call: Call) -> Reply:
    """To one player's guardians, or to those of all who have not signed."""
    if call.arguments.text().casefold() == EVERYBODY:
        group = target_group(call)
        sent = send_all(call.session, call.actor, group=group, now=call.now)
        return Reply(
            say_many(
                "The guardians of {count} player get the contract to sign. /roster shows how they"
                " stand.",
                "The guardians of {count} players get the contract to sign. /roster shows how they"
                " stand.",
                sent,
            )
        )
    player = which_player(
        call,
        call.arguments.text(),
        usage="/sendcontract Mia Levi",
        again=lambda one: f"/sendcontract {one}",
    )
    send_contract(call.session, call.actor, public_id=player.public_id, now=call.now)
    told = say("{player}’s guardians get the contract to sign.", player=player.name)
    return player_card(call, player, told)


COMMANDS = (
    Command(
        "terms",
        say("what is signed for a player"),
        terms,
        usage="[text]",
        permission=Permission.KEEP_ROSTER,
        takes_list=True,
    ),
    Command(
        "sendcontract",
        say("have guardians sign"),
        sendcontract,
        usage="player/all",
        permission=Permission.KEEP_ROSTER,
    ),
)
