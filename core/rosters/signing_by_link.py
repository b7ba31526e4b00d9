"""Signing by the link that a guardian was mailed: who reads that mailbox needs no account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.audit import note_by_link
from core.errors import NotFound
from core.invites.guesses import count_recent, miss
from core.names import clean_name
from core.rosters import lock_player
from core.rosters.contract_links import find_linked_guardian
from core.rosters.players import Guardian, Player
from core.rosters.signatures import Capacity, Signature, get_signature, new_signature
from core.rosters.signing import Signing, offer_to, put_signature
from core.rosters.terms import Terms


@dataclass(frozen=True, slots=True)
class LinkedContract:
    """What the link shows: the words that can be signed, or, once that is done, those that were,
    if there were any, and by whom.
    """

    player: Player
    terms: Terms | None
    signature: Signature | None


def read_contract(
    session: Session, *, token: str, guessers: tuple[str, ...], now: datetime
) -> LinkedContract:
    """What the link shows; nothing is changed by looking. `guessers` is who asks, as in Guess.

    Raises NotFound for a token that opens nothing (any more), Limited for guessing, or Conflict
    where there is nothing to sign now.
    """
    guardian = _guardian_of(session, token, guessers, now)
    player = guardian.player
    if not player.is_signed:
        return LinkedContract(player, offer_to(session, player, guardian).terms, None)
    signature = get_signature(session, player)
    signed = session.get(Terms, signature.terms_id) if signature.terms_id is not None else None
    return LinkedContract(player, signed, signature)


def sign_by_link(
    session: Session,
    *,
    token: str,
    name: str,
    seen: int,
    guessers: tuple[str, ...],
    now: datetime,
) -> Signing:
    """Sign with the typed `name` the terms with the id `seen`, which the page showed, and have the
    welcome follow, in this one transaction. To sign again changes nothing.

    Raises as `read_contract`, Invalid for a blank name, and Conflict (`terms_changed`) when other
    words than those would be signed now.
    """
    guardian = _guardian_of(session, token, guessers, now)
    player = lock_player(session, guardian.player.public_id)
    if player is None or find_linked_guardian(session, token) is None:  # void since we looked
        raise NotFound("contract_link_unknown")
    if player.is_signed:
        return Signing(player, get_signature(session, player), first=False)
    offer = offer_to(session, player, guardian)
    offer.check_seen(seen)
    signature = new_signature(
        player, guardian, offer.terms, capacity=Capacity.GUARDIAN, name=clean_name(name), now=now
    )
    signature.typed = True
    put_signature(session, player, signature, now=now)
    note_by_link(
        session,
        action="contract.signed",
        group=player.group,
        now=now,
        subject=player.public_id,
        capacity=Capacity.GUARDIAN.value,
    )
    return Signing(player, signature, first=True)


def _guardian_of(
    session: Session, token: str, guessers: tuple[str, ...], now: datetime
) -> Guardian:
    count_recent(session, *guessers, now=now)
    found = find_linked_guardian(session, token)
    if found is None:
        raise NotFound("contract_link_unknown", aftermath=miss(*guessers, now=now))
    return found
