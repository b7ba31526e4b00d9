"""Household: guests of one event who are asked together, and of whom one may answer for all."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.model import Base, Id
from core.names import NAME_LIMIT


class Household(Base):
    """Named as people speak of it, such as The Levis. Of one event only."""

    __tablename__ = "households"
    __table_args__ = (UniqueConstraint("event_id", "name"),)

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(NAME_LIMIT))


def names_of(session: Session, ids: Collection[int]) -> dict[int, str]:
    """The names of these households by their ids."""
    rows = session.execute(select(Household.id, Household.name).where(Household.id.in_(ids)))
    return {id_: name for id_, name in rows}  # noqa: C416 - typed
