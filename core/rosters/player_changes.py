"""What changes about a player: their team, their guardians, and that they are on the roster."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.access import Actor, Permission, require
from core.chats.team_links import has_way_in
from core.errors import Conflict, Invalid
from core.facts.roster import LinkDue
from core.groups import Group
from core.members import lock_members
from core.model import change
from core.outbox import record
from core.rosters import check_free, note_deed, write_contact
from core.rosters.guardians import Contact
from core.rosters.players import MOST_GUARDIANS, Guardian, Player


def assign_team(
    session: Session, actor: Actor, *, player: Player, team: Group, now: datetime
) -> bool:
    """Put the player on that team's roster; whether that changed anything. If the contract is
    signed, the guardians get the link into its room, as soon as there is one.

    Raises NotFound, Forbidden, or Conflict when one of that name is there.
    """
    require(session, actor, Permission.KEEP_ROSTER, player.group)
    lock_members(session, team)
    require(session, actor, Permission.KEEP_ROSTER, team)
    if player.group_id == team.id:
        return False
    check_free(session, team, player)
    player.group = team
    session.flush()
    if player.is_signed:
        player.link_owed = not has_way_in(session, team)
        if not player.link_owed:
            record(session, LinkDue(group_id=team.id, player_id=player.id), now=now)
    note_deed(session, actor, player, "player.assigned", now)
    return True


def set_guardian(
    session: Session, actor: Actor, *, player: Player, place: int, contact: Contact, now: datetime
) -> Guardian | None:
    """Write down the player's first or second guardian anew; an empty contact takes them off.

    Raises NotFound, Forbidden.
    """
    require(session, actor, Permission.KEEP_ROSTER, player.group)
    if not 1 <= place <= MOST_GUARDIANS:
        raise Invalid("too_many_guardians", most=MOST_GUARDIANS)
    theirs = Guardian.player_id == player.id, Guardian.place == place
    guardian = session.scalar(select(Guardian).where(*theirs))
    if contact.is_empty:
        if guardian is not None:
            session.delete(guardian)
            note_deed(session, actor, player, "player.guardian_removed", now)
        return None
    if guardian is None:
        guardian = Guardian(player_id=player.id, place=place)
        session.add(guardian)
    write_contact(session, actor, guardian, contact)
    note_deed(session, actor, player, "player.guardian_set", now)
    return guardian


def remove_player(session: Session, actor: Actor, *, player: Player, now: datetime) -> None:
    """Take the player off the roster for good, with what was signed and is void.

    Raises NotFound, Forbidden, or Conflict while a signed contract counts.
    """
    require(session, actor, Permission.KEEP_ROSTER, player.group)
    if player.is_signed:
        raise Conflict("contract_counts", player=player.name)
    note_deed(session, actor, player, "player.removed", now)
    session.flush()
    change(session, delete(Player).where(Player.id == player.id))
