"""Household: guests of one event who are asked together, and of whom one may answer for all."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.model import Base, Id
from core.names import NAME_LIMIT


class Household(Base):
    """Named as people speak of it, such as The Levis. Of one event only."""

    __tablename__ = "households"
    __table_args__ = (UniqueConstraint("event_id", "name"),)

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(NAME_LIMIT))
