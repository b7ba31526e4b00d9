"""Which player a command is about: by the id that a button carries, or by name."""

from __future__ import annotations

from collections.abc import Callable

from bot.cards.contracts import team_of
from bot.command import Ask, Button, Call, Reply
from bot.commands.target import target_group
from bot.texts import Verbatim, say
from core.errors import Invalid, NotFound
from core.rosters import find_players, get_player
from core.rosters.players import Player
from core.tokens import is_public_id


def which_player(call: Call, text: str, *, usage: str, again: Callable[[str], str]) -> Player:
    """Raises NotFound, Forbidden, Invalid without a text, or Ask with a button that says
    `again(public id)` for each when several may be meant.
    """
    if not text:
        raise Invalid("missing", usage=Verbatim(usage))
    if is_public_id(text):
        return get_player(call.session, call.actor, public_id=text)
    group = target_group(call)
    found = find_players(call.session, call.actor, group=group, name=text)
    if not found:
        raise NotFound("player_not_here", player=text, group=group.name)
    if len(found) > 1:
        raise Ask(Reply(say("Which player?"), tuple((_button(one, again),) for one in found)))
    return found[0]


def _button(player: Player, again: Callable[[str], str]) -> Button:
    label = say("{player} – {team}", player=player.name, team=team_of(player))
    return Button(label, again(player.public_id))
