"""Contract: sent to the guardians, welcomed once more when it is signed, void when it must be."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from core.access import Actor, Permission, require
from core.audit import note
from core.chats.team_links import has_way_in
from core.errors import Conflict
from core.facts.roster import ContractSent, WelcomeAsked
from core.groups import Group, archived, below
from core.model import change
from core.outbox import record
from core.rosters import ONE, get_player, note_deed
from core.rosters.contract_links import end_links_of
from core.rosters.players import ContractState, Player
from core.rosters.signatures import Signature
from core.rosters.terms import current_terms


def send_contract(session: Session, actor: Actor, *, public_id: str, now: datetime) -> Player:
    """Show the contract to the guardians, to be signed. Again shows it again.

    Raises NotFound, Forbidden, or Conflict when it is signed, or there are no terms to sign.
    """
    player = get_player(session, actor, public_id=public_id, permission=Permission.KEEP_ROSTER)
    if player.is_signed:
        raise Conflict("contract_counts", player=player.name)
    if current_terms(session, player.group) is None:
        raise Conflict("terms_missing", group=player.group.name)
    player.contract = ContractState.SENT
    record(session, ContractSent(group_id=player.group_id, player_id=player.id), now=now)
    note_deed(session, actor, player, "contract.sent", now)
    return player


def send_all(session: Session, actor: Actor, *, group: Group, now: datetime) -> int:
    """Show their contract to the guardians of all in the group and below it who have not signed and
    were not asked before; of how many. Raises NotFound, Forbidden, or Conflict without terms.
    """
    require(session, actor, Permission.KEEP_ROSTER, group)
    if current_terms(session, group) is None:
        raise Conflict("terms_missing", group=group.name)
    ids = list(session.scalars(below(group.id)))
    unsigned = Player.group_id.in_(ids), Player.contract == ContractState.UNSIGNED
    query = ONE.where(*unsigned, Player.group_id.not_in(archived())).order_by(Player.id)
    players = session.scalars(query.with_for_update(of=Player)).all()
    for player in players:
        player.contract = ContractState.SENT
        sent = ContractSent(group_id=player.group_id, player_id=player.id, imported=True)
        record(session, sent, now=now)
    note(session, actor, action="contract.sent_all", group=group, now=now, count=len(players))
    return len(players)


def void_contract(
    session: Session, actor: Actor, *, public_id: str, now: datetime
) -> tuple[Player, bool]:
    """From now on the contract does not count; whether it did, or was out to be signed. What was
    signed is kept. Raises NotFound, Forbidden.
    """
    player = get_player(session, actor, public_id=public_id, permission=Permission.KEEP_ROSTER)
    if player.contract is ContractState.VOID:
        return player, False
    player.contract, player.link_owed = ContractState.VOID, False
    theirs = Signature.player_id == player.id, Signature.voided_at.is_(None)
    change(session, update(Signature).where(*theirs).values(voided_at=now))
    end_links_of(session, player_id=player.id)
    note_deed(session, actor, player, "contract.voided", now)
    return player, True


def welcome_again(session: Session, actor: Actor, *, public_id: str, now: datetime) -> Player:
    """Send the welcome once more. Raises NotFound, Forbidden, or Conflict before it is signed."""
    player = get_player(session, actor, public_id=public_id, permission=Permission.KEEP_ROSTER)
    if not player.is_signed:
        raise Conflict("contract_open", player=player.name)
    player.link_owed = not has_way_in(session, player.group)
    record(session, WelcomeAsked(group_id=player.group_id, player_id=player.id), now=now)
    note_deed(session, actor, player, "contract.welcomed_again", now)
    return player
