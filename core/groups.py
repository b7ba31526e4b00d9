"""Group: a node of the tree of organisations, teams, bands, events and classes."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import BindParameter, ForeignKey, Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from core.errors import NotFound
from core.model import Base, Id, Moment, choice
from core.names import NAME_LIMIT, SLUG_LIMIT

MAX_DEPTH = 6


class Kind(StrEnum):
    ORG = "org"
    TEAM = "team"
    BAND = "band"
    EVENT = "event"
    CLASS = "class"


class Group(Base):
    """A place that people belong to. Roles in it reach downward to the groups below it."""

    __tablename__ = "groups"
    __table_args__ = (UniqueConstraint("parent_id", "slug"),)

    id: Mapped[Id]
    kind: Mapped[Kind] = mapped_column(choice(Kind, "kind"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(NAME_LIMIT))
    slug: Mapped[str] = mapped_column(String(SLUG_LIMIT))
    created_at: Mapped[Moment]


def get_group(session: Session, group_id: int) -> Group:
    """Raises NotFound."""
    group = session.get(Group, group_id)
    if group is None:
        raise NotFound("group_unknown")
    return group


def line_of(group_id: int | BindParameter[int]) -> Select[int]:
    """A query for the ids of a group and all that it stands under: bounded by MAX_DEPTH."""
    line = select(Group.id, Group.parent_id).where(Group.id == group_id).cte("line", recursive=True)
    above = aliased(Group)
    line = line.union(select(above.id, above.parent_id).where(above.id == line.c.parent_id))
    return select(line.c.id)
