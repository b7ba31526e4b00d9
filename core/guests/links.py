"""GuestLink: a guest's own address, at which they answer without any account."""

from __future__ import annotations

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from core.model import Base, Id, Moment


class GuestLink(Base):
    """One token of a guest, as SHA-256: a new one leaves the older ones alive."""

    __tablename__ = "guest_links"

    id: Mapped[Id]
    guest_id: Mapped[int] = mapped_column(ForeignKey("guests.id", ondelete="CASCADE"), index=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[Moment]
