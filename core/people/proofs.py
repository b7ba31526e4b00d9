"""Proof: a phone number or e-mail address that somebody has shown to be their own."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.model import Base, Id, Moment, change, insert_new
from core.people import Identity

ADDRESS_LIMIT = 320


class Proof(Base):
    """What was proven, such as `phone` and `+972…`. It has one holder, the last who proved it:
    numbers are handed out again.
    """

    __tablename__ = "proofs"
    __table_args__ = (UniqueConstraint("kind", "address"),)

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(16))
    address: Mapped[str] = mapped_column(String(ADDRESS_LIMIT))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    proven_at: Mapped[Moment]


def keep_proof(session: Session, *, kind: str, address: str, person_id: int, now: datetime) -> None:
    """Whoever calls it has the proof: a platform's word, or a code that came back."""
    row = {"kind": kind, "address": address, "person_id": person_id, "proven_at": now}
    if insert_new(session, Proof, [row], key=("kind", "address")):
        return
    held = Proof.kind == kind, Proof.address == address
    change(session, update(Proof).where(*held).values(person_id=person_id, proven_at=now))


def claims_of(session: Session, person_id: int) -> set[str]:
    """What the person can prove to be: the usernames that they have now, and what they proved."""
    usernames = session.execute(
        select(Identity.platform, Identity.username).where(
            Identity.person_id == person_id, Identity.username.is_not(None)
        )
    )
    proofs = session.execute(select(Proof.kind, Proof.address).where(Proof.person_id == person_id))
    named = {f"{platform}:@{(username or '').casefold()}" for platform, username in usernames}
    return named | {f"{kind}:{address}" for kind, address in proofs}
