"""What guardians hear of a contract: that it is to be signed, the welcome, and the way in."""

from __future__ import annotations

import structlog
from sqlalchemy.orm import Session, joinedload

from bot.cards.contracts import contract_card as card_of
from bot.cards.contracts import contract_letter
from bot.notices.notice import Notice, Template
from bot.texts import Prose, Text, Verbatim, lines, say
from core.chats.team_links import WayIn, way_into
from core.facts import Fact
from core.facts.roster import PlayerFact
from core.rosters.players import ContractState, Player
from core.rosters.terms import current_terms

log = structlog.get_logger(__name__)


def contract_card(session: Session, fact: Fact) -> Notice | None:
    """The terms with a button or a link that signs them, as long as there is something to sign."""
    player = _player(session, fact)
    terms = current_terms(session, player.group) if player else None
    if player is None or terms is None or player.contract is not ContractState.SENT:
        return None
    text, buttons = card_of(player, terms, None)
    return Notice(
        text,
        buttons,
        subject=say("The contract of {player} is to be signed", player=player.name),
        letter=contract_letter(player, terms),
        contract_of=player.id,
    )


def contract_signed(session: Session, fact: Fact) -> Notice | None:
    """The welcome, with team and way in, or that they come; unless it is void by now."""
    player = _player(session, fact)
    if player is None or not player.is_signed:
        return None
    way = way_into(session, player.team)
    if way is None:
        log.warning("a welcome goes without a link", player=player.public_id, fact=fact.event_type)
    return Notice(
        lines(
            say("Welcome! The contract of <b>{player}</b> is signed.", player=player.name),
            _team(player, way),
            _link(way),
        ),
        entry=way.door if way else None,
        subject=say("Welcome: the contract of {player} is signed", player=player.name),
        template=_template(player, way),
    )


def _template(player: Player, way: WayIn | None) -> Template:
    home = player.team or player.group
    follows = _link(way) or _soon(player)
    return Template("usher_contract", {"player": player.name, "group": home.name, "next": follows})


def contract_link(session: Session, fact: Fact) -> Notice | None:
    """The way into the team's room, which was promised."""
    player = _player(session, fact)
    way = way_into(session, player.team) if player else None
    if player is None or player.team is None or way is None or not player.is_signed:
        return None
    return Notice(
        lines(
            say(
                "<b>{player}</b> plays in <b>{team}</b>.",
                player=player.name,
                team=player.team.name,
            ),
            _link(way),
        ),
        entry=way.door,
        subject=say("{player}: the way into the team’s room", player=player.name),
    )


def _team(player: Player, way: WayIn | None) -> Prose:
    if player.team is None:
        return _soon(player)
    team = say("The team: <b>{team}</b>", team=player.team.name)
    return lines(team, _soon(player)) if way is None else team


def _soon(player: Player) -> Text:
    if player.team is None:
        return say("Team assignment coming soon: you hear of it from me.")
    return say("The link into its room is coming soon: you get it from me.")


def _link(way: WayIn | None) -> Text | None:
    if way is None:
        return None
    if way.url is None:
        return say("The team’s room is on Telegram.")
    return say("Join the team’s room: {link}", link=Verbatim(way.url))


def _player(session: Session, fact: Fact) -> Player | None:
    assert isinstance(fact, PlayerFact)
    whole = [joinedload(Player.group, innerjoin=True)]
    return session.get(Player, fact.player_id, options=whole)
