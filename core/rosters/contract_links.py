"""ContractLink: a guardian's own address, at which they read and sign a contract without any
account.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, delete, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column

from core.invites.whom import EMAIL
from core.model import Base, Id, Moment, change
from core.people import find_identity
from core.rosters.guardians import people_of
from core.rosters.players import Guardian, Player, list_guardians
from core.tokens import digest, is_token, new_token


class ContractLink(Base):
    """One token of one guardian of one player, as SHA-256: a new one leaves the older ones alive.

    It is gone with the guardian, with an address of theirs, and when the contract is made void.
    """

    __tablename__ = "contract_links"

    id: Mapped[Id]
    guardian_id: Mapped[int] = mapped_column(
        ForeignKey("guardians.id", ondelete="CASCADE"), index=True
    )
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[Moment]


def make_contract_link(
    session: Session, *, player_id: int, address: str, now: datetime
) -> str | None:
    """A token for the guardian of that player who reads mail at `address`; None where nobody does
    any more. Whoever has it can sign for the player, so it goes to that address alone.
    """
    guardian = _guardian_at(session, player_id, address)
    if guardian is None:
        return None
    token = new_token()
    session.add(ContractLink(guardian_id=guardian.id, digest=digest(token), created_at=now))
    session.flush()
    return token


def find_linked_guardian(session: Session, token: str) -> Guardian | None:
    """Whose link it is, with the player and their group."""
    if not is_token(token):
        return None
    query = select(Guardian).join(ContractLink, ContractLink.guardian_id == Guardian.id)
    whole = joinedload(Guardian.player, innerjoin=True).joinedload(Player.group, innerjoin=True)
    return session.scalar(query.where(ContractLink.digest == digest(token)).options(whole))


def end_links_of(session: Session, *, player_id: int) -> None:
    """What was sent out for that contract opens nothing any more."""
    theirs = select(Guardian.id).where(Guardian.player_id == player_id)
    change(session, delete(ContractLink).where(ContractLink.guardian_id.in_(theirs)))


def end_links_to(session: Session, guardian: Guardian) -> None:
    """What was mailed to them opens nothing any more."""
    change(session, delete(ContractLink).where(ContractLink.guardian_id == guardian.id))


def _guardian_at(session: Session, player_id: int, address: str) -> Guardian | None:
    guardians = list_guardians(session, [player_id])[player_id]
    written = next((one for one in guardians if one.email == address), None)
    if written is not None:
        return written
    reader = find_identity(session, platform=EMAIL, address=address)
    if reader is None:
        return None
    return next((one for one in guardians if reader.person_id in people_of(session, one)), None)
