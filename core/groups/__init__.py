"""Group: a node of the tree of organisations, teams, bands, events and classes."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import (
    CTE,
    BindParameter,
    ForeignKey,
    Select,
    String,
    UniqueConstraint,
    bindparam,
    func,
    literal,
    select,
)
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from core.database.prepared import Prepared
from core.errors import NotFound
from core.model import Base, Id, Moment, choice
from core.names import NAME_LIMIT, SLUG_LIMIT

MAX_DEPTH = 6  # levels, the root among them
LOCALE_LIMIT = 16
ZONE_LIMIT = 64


class Kind(StrEnum):
    ORG = "org"
    TEAM = "team"
    BAND = "band"
    EVENT = "event"
    CLASS = "class"


class Group(Base):
    """A place that people belong to. Roles in it reach downward to the groups below it.

    While `archived_at` is set, nothing changes in it nor in the groups below.
    """

    __tablename__ = "groups"
    __table_args__ = (UniqueConstraint("parent_id", "slug"),)

    id: Mapped[Id]
    kind: Mapped[Kind] = mapped_column(choice(Kind, "kind"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(NAME_LIMIT))
    slug: Mapped[str] = mapped_column(String(SLUG_LIMIT))
    locale: Mapped[str | None] = mapped_column(String(LOCALE_LIMIT))
    timezone: Mapped[str | None] = mapped_column(String(ZONE_LIMIT))
    created_at: Mapped[Moment]
    archived_at: Mapped[Moment | None]


class Tongue(NamedTuple):
    """The language and the zone that a group is spoken to in, where it has chosen them."""

    locale: str | None
    timezone: str | None


def get_group(session: Session, group_id: int) -> Group:
    """Raises NotFound."""
    group = session.get(Group, group_id)
    if group is None:
        raise NotFound("group_unknown")
    return group


def tongue_of(session: Session, group_id: int) -> Tongue | None:
    """None where there is no such group."""
    found = _TONGUE.first(session, {"group_id": group_id})
    return None if found is None else Tongue(*found)


def line_of(group_id: int | BindParameter[int]) -> Select[int]:
    """A query for the ids of a group and all that it stands under: bounded by MAX_DEPTH."""
    return select(_upward(group_id).c.id)


def below(group_id: int) -> Select[int]:
    """A query for the ids of a group and all that stand under it: bounded like `line_of`."""
    return select(_downward(group_id).c.id)


def archived() -> Select[int]:
    """A query for the ids of all groups that are archived, by themselves or with one above."""
    shut = select(Group.id).where(Group.archived_at.is_not(None)).cte("shut", recursive=True)
    child = aliased(Group)
    shut = shut.union(select(child.id).where(child.parent_id == shut.c.id))
    return select(shut.c.id)


def depth_of(session: Session, group_id: int) -> int:
    """On which level the group stands; a root is on the first."""
    return _most(session, _upward(group_id))


def height_of(session: Session, group_id: int) -> int:
    """How many levels the group spans with all that stand under it; alone it spans one."""
    return _most(session, _downward(group_id))


def hold_still(session: Session, *groups: Group) -> None:
    """Lock the trees that the groups stand in, so that their shape stays as it is seen here.

    Every change of shape locks the roots first, and no other row: two that cross can't make a
    cycle. Raises NotFound when a group was deleted meanwhile.
    """
    held: set[int] = set()
    # Whoever held the lock before us may have put the root under another one: look again.
    while free := {_root_of(session, group) for group in groups} - held:
        # A share of the key is what new rows take that refer to the group: they need not wait.
        roots = select(Group.id).where(Group.id.in_(free)).order_by(Group.id)
        session.execute(roots.with_for_update(key_share=True))
        held |= free
    for group in groups:
        _refresh(session, group)


def _root_of(session: Session, group: Group) -> int:
    line = _upward(group.id)
    root: int | None = session.scalar(select(line.c.id).order_by(line.c.level.desc()).limit(1))
    if root is None:
        raise NotFound("group_unknown")
    return root


def _refresh(session: Session, group: Group) -> None:
    again = select(Group).where(Group.id == group.id).execution_options(populate_existing=True)
    if session.scalar(again) is None:
        raise NotFound("group_unknown")


def _most(session: Session, levels: CTE) -> int:
    most: int | None = session.scalar(select(func.max(levels.c.level)))
    return most or 0


def _upward(group_id: int | BindParameter[int]) -> CTE:
    start = select(Group.id, Group.parent_id, literal(1).label("level"))
    line = start.where(Group.id == group_id).cte("line", recursive=True)
    above = aliased(Group)
    step = select(above.id, above.parent_id, line.c.level + 1)
    return line.union(step.where(above.id == line.c.parent_id, line.c.level < MAX_DEPTH))


def _downward(group_id: int) -> CTE:
    start = select(Group.id, literal(1).label("level")).where(Group.id == group_id)
    tree = start.cte("tree", recursive=True)
    child = aliased(Group)
    step = select(child.id, tree.c.level + 1)
    return tree.union(step.where(child.parent_id == tree.c.id, tree.c.level < MAX_DEPTH))


_TONGUE = Prepared(select(Group.locale, Group.timezone).where(Group.id == bindparam("group_id")))
# Built once: every change asks it. A group that is archived itself, or stands under one.
IN_ARCHIVE = (
    select(Group.id)
    .where(Group.id.in_(line_of(bindparam("group_id"))), Group.archived_at.is_not(None))
    .limit(1)
)
