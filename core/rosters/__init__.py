"""Rosters: players are added and found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from core.access import Actor, Permission, require, standing
from core.audit import note
from core.errors import Conflict, Invalid, NotFound
from core.groups import Group, below
from core.members import lock_members
from core.names import clean_name
from core.pages import Cursor, Page, turn_to
from core.people.acquaintances import find_known
from core.rosters.contract_links import end_links_to
from core.rosters.guardians import Contact
from core.rosters.players import MOST_GUARDIANS, ContractState, Guardian, Player, name_key
from core.tokens import is_public_id, new_public_id

PAGE_SIZE = 10
ONE = select(Player).options(joinedload(Player.group, innerjoin=True))


def add_player(
    session: Session,
    actor: Actor,
    *,
    group: Group,
    name: str,
    contacts: Sequence[Contact] = (),
    now: datetime,
) -> Player:
    """A new player on the roster of `group`, their team, or of the club if they have none yet.

    Raises NotFound, Forbidden, Invalid, or Conflict when one of that name is there.
    """
    lock_members(session, group)
    require(session, actor, Permission.KEEP_ROSTER, group)
    if len(contacts) > MOST_GUARDIANS:
        raise Invalid("too_many_guardians", most=MOST_GUARDIANS)
    player = new_player(group, clean_name(name), now=now)
    check_free(session, group, player)
    session.add(player)
    session.flush()
    for place, contact in enumerate(contacts, 1):
        guardian = Guardian(player_id=player.id, place=place)
        session.add(write_contact(session, actor, guardian, contact))
    note_deed(session, actor, player, "player.added", now)
    return player


def new_player(group: Group, name: str, *, now: datetime) -> Player:
    """As the verbs make them; whoever calls it has decided that the actor may."""
    return Player(
        public_id=new_public_id("ply"),
        group=group,
        name=name,
        name_key=name_key(name),
        contract=ContractState.UNSIGNED,
        link_owed=False,
        created_at=now,
    )


def get_player(
    session: Session,
    actor: Actor,
    *,
    public_id: str,
    permission: Permission = Permission.SEE_ROSTER,
) -> Player:
    """The player with their group, locked. One of others looks like one that does not exist.

    Raises NotFound, Forbidden, or Conflict in an archived group.
    """
    player = lock_player(session, public_id)
    if player is None or standing(session, actor, player.group) is None:
        raise NotFound("player_unknown")
    require(session, actor, permission, player.group)
    return player


def lock_player(session: Session, public_id: str) -> Player | None:
    """The player as they are now, whoever asks."""
    if not is_public_id(public_id):
        return None
    query = ONE.where(Player.public_id == public_id).with_for_update(of=Player)
    return session.scalar(query.execution_options(populate_existing=True))


def list_roster(
    session: Session,
    actor: Actor,
    *,
    group: Group,
    text: str = "",
    cursor: Cursor | None = None,
    size: int = PAGE_SIZE,
) -> Page[Player]:
    """The players of the group and of all below it, `size` a page, by a part of their name.

    Raises NotFound, Forbidden.
    """
    require(session, actor, Permission.SEE_ROSTER, group)
    query = called(ONE.where(Player.group_id.in_(below(group.id))), text)
    return turn_to(
        session, query, key=Player.id, id_of=lambda row: row.id, cursor=cursor, size=size
    )


def find_players(session: Session, actor: Actor, *, group: Group, name: str) -> list[Player]:
    """Who is called exactly so, else everybody whose name has it as a part; ten at most.

    Raises NotFound, Forbidden.
    """
    require(session, actor, Permission.SEE_ROSTER, group)
    inside = ONE.where(Player.group_id.in_(below(group.id))).order_by(Player.id).limit(PAGE_SIZE)
    exact = session.scalars(inside.where(Player.name_key == name_key(name))).all()
    return list(exact or session.scalars(called(inside, name)))


def called(query: Select[Player], text: str) -> Select[Player]:
    """Those whose name has `text` as a part, without case and signs."""
    wanted = name_key(text)
    return query.where(Player.name_key.contains(wanted, autoescape=True)) if wanted else query


def count_contracts(session: Session, actor: Actor, *, group: Group) -> dict[ContractState, int]:
    """How many contracts stand how, in the group and below it. Raises NotFound, Forbidden."""
    require(session, actor, Permission.SEE_ROSTER, group)
    counts = select(Player.contract, func.count().label("number")).where(
        Player.group_id.in_(below(group.id))
    )
    rows = session.execute(counts.group_by(Player.contract))
    return {row.contract: row.number for row in rows}


def check_free(session: Session, group: Group, player: Player) -> None:
    """Raises Conflict when the roster of the group, whose members are locked, has that name."""
    twin = Player.group_id == group.id, Player.name_key == player.name_key
    if session.scalar(select(Player.id).where(*twin).limit(1)) is not None:
        raise Conflict("player_there", player=player.name, group=group.name)


def write_contact(session: Session, actor: Actor, guardian: Guardian, contact: Contact) -> Guardian:
    """A username whose bearer the actor may know is that person, whatever they call themselves
    tomorrow. Numbers and addresses stay what somebody has to prove. Without one of those that were
    known it may be somebody else: the links that were mailed are over.
    """
    before = set(guardian.claims)
    bearer = None
    if contact.handle is not None:
        bearer = find_known(session, actor, claims=[contact.handle]).get(contact.handle)
    guardian.name = contact.name or (bearer.name if bearer else None)
    guardian.email, guardian.phone = contact.email, contact.phone
    guardian.person_id = bearer.id if bearer else contact.person_id
    guardian.handle = contact.handle
    if not before.issubset(guardian.claims):
        end_links_to(session, guardian)
    return guardian


def note_deed(session: Session, actor: Actor, player: Player, action: str, now: datetime) -> None:
    """Write it down in the log of the player's group."""
    note(session, actor, action=action, group=player.group, now=now, subject=player.public_id)
