"""Signing: a guardian or the club signs a player's contract, and the welcome follows by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Actor, Permission, allows, is_archived, require_unlimited, standing
from core.audit import note
from core.chats.team_links import has_way_in
from core.errors import Conflict, NotFound
from core.facts.roster import ContractSigned
from core.names import clean_name
from core.outbox import record
from core.rosters import get_player, lock_player
from core.rosters.guardians import find_guardian
from core.rosters.players import ContractState, Guardian, Player
from core.rosters.signatures import Capacity, Signature, get_signature, new_signature
from core.rosters.terms import Terms, current_terms


@dataclass(frozen=True, slots=True)
class Signing:
    """`first` is False when it was signed before; then `signature` is that one."""

    player: Player
    signature: Signature
    first: bool


@dataclass(frozen=True, slots=True)
class ContractOffer:
    """What a guardian is shown to sign; once it is signed, only that."""

    player: Player
    guardian: Guardian
    terms: Terms | None

    def check_seen(self, seen: int) -> None:
        """Raises Conflict when other words than those would be signed now."""
        if self.terms is not None and seen != self.terms.id:
            raise Conflict("terms_changed", player=self.player.name)


def sign_contract(
    session: Session,
    actor: Actor,
    *,
    public_id: str,
    name: str | None = None,
    seen: int | None = None,
    now: datetime,
) -> Signing:
    """Sign a player's contract, and have the welcome follow, in this one transaction. It needs
    nothing but the database, and to sign again changes nothing.

    Without `seen` the actor signs for the club, which holds what was signed on paper. With it they
    sign as a guardian the terms with that id, which they were shown. `name` is typed for the
    signature. Raises NotFound, Forbidden, Invalid, or Conflict.
    """
    typed = clean_name(name) if name is not None else None
    if seen is None:
        player = get_player(session, actor, public_id=public_id, permission=Permission.KEEP_ROSTER)
        terms, guardian, capacity = current_terms(session, player.group), None, Capacity.CLUB
    else:
        offer = offer_contract(session, actor, public_id=public_id)
        player, terms, capacity = offer.player, offer.terms, Capacity.GUARDIAN
        guardian = offer.guardian
        offer.check_seen(seen)
    if player.is_signed:
        return Signing(player, get_signature(session, player), first=False)
    shown = typed or (guardian.name if guardian else None) or actor.person.name
    signature = new_signature(player, actor, terms, capacity=capacity, name=shown, now=now)
    signature.typed, signature.guardian_id = typed is not None, guardian.id if guardian else None
    put_signature(session, player, signature, now=now)
    note(
        session,
        actor,
        action="contract.signed",
        group=player.group,
        now=now,
        subject=player.public_id,
        capacity=capacity.value,
    )
    return Signing(player, signature, first=True)


def offer_contract(session: Session, actor: Actor, *, public_id: str) -> ContractOffer:
    """What the actor may sign as a guardian of that player, who is locked. To anybody else the
    player looks like one that does not exist.

    Raises NotFound, or Conflict where there is nothing that can be signed now.
    """
    require_unlimited(actor)
    player = lock_player(session, public_id)
    guardian = find_guardian(session, actor, player) if player is not None else None
    if player is None or guardian is None:
        raise NotFound("player_unknown")
    return offer_to(session, player, guardian)


def offer_to(session: Session, player: Player, guardian: Guardian) -> ContractOffer:
    """What that guardian may sign for the player. Raises Conflict where there is nothing now."""
    if player.is_signed:
        return ContractOffer(player, guardian, None)
    if is_archived(session, player.group_id):
        raise Conflict("group_archived", group=player.group.name)
    if player.contract is ContractState.VOID:
        raise Conflict("contract_void", player=player.name)
    terms = current_terms(session, player.group)
    if terms is None:
        raise Conflict("terms_not_set", player=player.name)
    return ContractOffer(player, guardian, terms)


def put_signature(session: Session, player: Player, signature: Signature, *, now: datetime) -> None:
    """The contract is signed, and the welcome follows; the player is locked."""
    session.add(signature)
    player.contract = ContractState.SIGNED
    player.link_owed = not has_way_in(session, player.group)
    record(session, ContractSigned(group_id=player.group_id, player_id=player.id), now=now)
    session.flush()


def signs_as(session: Session, actor: Actor, *, public_id: str) -> Capacity:
    """As what the actor would sign: who may sign for the club need not be asked, a guardian reads
    first. Whoever is neither is refused by `sign_contract`.
    """
    player = lock_player(session, public_id)
    if player is None:
        return Capacity.CLUB
    if allows(standing(session, actor, player.group), Permission.KEEP_ROSTER):
        return Capacity.CLUB
    is_theirs = find_guardian(session, actor, player) is not None
    return Capacity.GUARDIAN if is_theirs else Capacity.CLUB
