"""/sign and /contracts: the club signs at once, a guardian after reading what is signed."""

from __future__ import annotations

from bot.cards.contracts import contract_card, team_of, terms_line
from bot.command import Button, Call, Command, Place, Reply
from bot.commands.which_player import which_player
from bot.texts import Text, Verbatim, lines, say
from bot.words.rosters import STATES, signature_line
from core.access import Permission
from core.rosters.guardians import list_children
from core.rosters.players import ContractState, Guardian, Player, list_guardians, name_key
from core.rosters.signatures import Capacity
from core.rosters.signing import Signing, offer_contract, sign_contract, signs_as
from core.tokens import is_public_id

USAGE = "<player>"


def sign(call: Call) -> Reply:
    """By name, or by the id that a card carries; what follows the id is the name that is typed for
    the signature. With `terms=` it is the button of a guardian who has read them.
    """
    words, seen = call.arguments.words, call.arguments.number("terms")
    public_id, typed = (words[0], " ".join(words[1:])) if words else ("", "")
    if not is_public_id(public_id):
        public_id, typed = _called(call, call.arguments.text()).public_id, ""
    capacity = signs_as(call.session, call.actor, public_id=public_id)
    if seen is None and capacity is Capacity.GUARDIAN:
        return _show(call, public_id)
    done = sign_contract(
        call.session,
        call.actor,
        public_id=public_id,
        name=typed or call.arguments.option("name"),
        seen=seen,
        now=call.now,
    )
    return _signed(call, done)


def contracts(call: Call) -> Reply:
    """A line for each child of whom the asker is a guardian."""
    children = list_children(call.session, call.actor)
    if not children:
        return Reply(
            say(
                "I know of no child of yours on a roster. If the club wrote down your phone number,"
                " show me that it is yours: /phone"
            )
        )
    return Reply(
        lines(say("<b>Your children’s contracts</b>"), *map(_child, children)),
        tuple((_sign_button(row),) for row in children if _is_open(row)),
    )


def _called(call: Call, name: str) -> Player:
    """A child of the asker's goes before other players of the group."""
    key = name_key(name)
    mine = [row.player for row in list_children(call.session, call.actor)]
    meant = [player for player in mine if key and key in player.name_key]
    if len(meant) == 1:
        return meant[0]
    return which_player(call, name, usage="/sign Mia Levi", again=lambda one: f"/sign {one}")


def _show(call: Call, public_id: str) -> Reply:
    offer = offer_contract(call.session, call.actor, public_id=public_id)
    if offer.terms is None:
        return _signed(
            call, sign_contract(call.session, call.actor, public_id=public_id, seen=0, now=call.now)
        )
    text, buttons = contract_card(offer.player, offer.terms, offer.guardian.name)
    return Reply(text, buttons, replaces=True)


def _signed(call: Call, done: Signing) -> Reply:
    player, signature = done.player, done.signature
    said = signature_line(signature)
    if not done.first:
        told = say(
            "{player}’s contract was signed before. Nothing has changed.", player=player.name
        )
        return Reply(lines(told, said), replaces=True)
    return Reply(
        lines(
            say("{player}’s contract is signed.", player=player.name),
            said,
            terms_line(signature.terms_version, signature.terms_sha256),
            _what_follows(call, done),
        ),
        replaces=True,
    )


def _what_follows(call: Call, done: Signing) -> Text:
    if not list_guardians(call.session, [done.player.id]):
        return say(
            "No guardian is written down, so nobody gets a welcome. Write one down:"
            " <code>/guardian {player} Dana Levi, dana@example.org</code>",
            player=Verbatim(done.player.public_id),
        )
    if done.player.link_owed:
        return say(
            "The guardians get a welcome now, and the link into the team’s room as soon as there is"
            " one."
        )
    return say("The guardians get a welcome with the link into the team’s room.")


def _child(row: Guardian) -> Text:
    player = row.player
    return say(
        "• {player} – {team} – {state}",
        player=player.name,
        team=team_of(player),
        state=STATES[player.contract],
    )


def _is_open(row: Guardian) -> bool:
    return row.player.contract in (ContractState.UNSIGNED, ContractState.SENT)


def _sign_button(row: Guardian) -> Button:
    label = say("Read and sign for {player}", player=row.player.name)
    return Button(label, f"/sign {row.player.public_id}")


COMMANDS = (
    Command(
        "sign",
        say("sign a player’s contract"),
        sign,
        usage=USAGE,
        permission=Permission.KEEP_ROSTER,
        options=frozenset({"terms", "name"}),
    ),
    Command(
        "contracts",
        say("your children’s contracts"),
        contracts,
        places=frozenset({Place.PRIVATE}),
    ),
)
