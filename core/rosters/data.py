"""What rosters hold about a person, for them to read: their children and what they signed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from core.access import Actor
from core.groups import Group
from core.people.selves import selves_of
from core.rosters.guardians import is_guardian
from core.rosters.imports import RosterImport
from core.rosters.players import Guardian, Player
from core.rosters.signatures import Signature


def roster_data(session: Session, actor: Actor) -> dict[str, Select[*tuple[Any, ...]]]:
    """A query for each kind of data."""
    columns = Player.name.label("player"), Group.name.label("group"), Player.contract
    rest = Guardian.name, Guardian.email, Guardian.phone, Guardian.handle
    children = select(*columns, *rest).join(Player, Player.id == Guardian.player_id)
    children = children.join(Group, Group.id == Player.group_id)
    signed = select(Signature.name, Signature.terms_sha256, Signature.signed_at, Signature.via)
    charges = select(Guardian.id).where(is_guardian(session, actor))
    mine = or_(
        Signature.signer_id.in_(selves_of(actor.person.id)), Signature.guardian_id.in_(charges)
    )
    lists = select(RosterImport.created_at, RosterImport.state, RosterImport.done_at)
    sent = RosterImport.author_id.in_(selves_of(actor.person.id))
    return {
        "children_on_rosters": children.where(is_guardian(session, actor)).order_by(Guardian.id),
        "contracts_signed": signed.where(mine).order_by(Signature.id),
        "lists_of_players": lists.where(sent).order_by(RosterImport.id),
    }
