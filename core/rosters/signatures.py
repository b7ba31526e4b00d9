"""Signature: that a player's contract was signed: what, by whom, when and how."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.access import Actor
from core.invites.whom import EMAIL
from core.model import Base, Id, Moment, choice
from core.names import NAME_LIMIT
from core.rosters.players import Guardian, Player
from core.rosters.terms import Terms


class Capacity(StrEnum):
    """As what somebody signed: for their child, or for the club, which holds the paper."""

    GUARDIAN = "guardian"
    CLUB = "club"


class Signature(Base):
    """`terms_*` say which text; there is none where the club had set no terms. `typed`: the name
    was typed for this signature, else the one on record was taken. `guardian_id` is for which of
    the player's guardians it was; who signed by the link that was mailed to them is not more known
    than that, so `signer_id` is empty and `via` says `email`. One counts for each player.
    """

    __tablename__ = "contract_signatures"

    id: Mapped[Id]
    player_id: Mapped[int] = mapped_column(ForeignKey("players.id", ondelete="CASCADE"), index=True)
    terms_id: Mapped[int | None] = mapped_column(
        ForeignKey("contract_terms.id", ondelete="SET NULL")
    )
    terms_version: Mapped[int | None]
    terms_sha256: Mapped[str | None] = mapped_column(String(64))
    signer_id: Mapped[int | None] = mapped_column(
        ForeignKey("people.id", ondelete="SET NULL"), index=True
    )
    guardian_id: Mapped[int | None] = mapped_column(
        ForeignKey("guardians.id", ondelete="SET NULL"), index=True
    )
    capacity: Mapped[Capacity] = mapped_column(choice(Capacity, "capacity"))
    name: Mapped[str] = mapped_column(String(NAME_LIMIT))
    typed: Mapped[bool]
    via: Mapped[str] = mapped_column(String(16))
    signed_at: Mapped[Moment]
    voided_at: Mapped[Moment | None]


_COUNTS = text("voided_at IS NULL")
Index(
    "uq_contract_signatures_counting",
    Signature.player_id,
    unique=True,
    sqlite_where=_COUNTS,
    postgresql_where=_COUNTS,
)


def get_signature(session: Session, player: Player) -> Signature:
    """The signature that counts for a player whose contract is signed."""
    theirs = Signature.player_id == player.id, Signature.voided_at.is_(None)
    return session.scalars(select(Signature).where(*theirs)).one()


def new_signature(
    player: Player,
    by: Actor | Guardian,
    terms: Terms | None,
    *,
    capacity: Capacity,
    name: str,
    now: datetime,
) -> Signature:
    """As the verbs make it; whoever calls it has decided that they may. A Guardian alone signs by
    the link that was mailed to them.
    """
    signer_id, guardian_id, via = (
        (by.person.id, None, by.via) if isinstance(by, Actor) else (None, by.id, EMAIL)
    )
    return Signature(
        player_id=player.id,
        terms_id=terms.id if terms else None,
        terms_version=terms.version if terms else None,
        terms_sha256=terms.sha256 if terms else None,
        signer_id=signer_id,
        guardian_id=guardian_id,
        capacity=capacity,
        name=name,
        typed=False,
        via=via,
        signed_at=now,
    )
