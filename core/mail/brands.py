"""Brand: what a club's e-mails look like: its name, the words of its logo, and two colours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.access import Actor, Permission, require
from core.audit import note
from core.errors import Invalid
from core.groups import Group, line_of
from core.mail.colours import LEAST_CONTRAST, contrast, is_readable, read_colour, text_on
from core.model import Base, Id, Moment
from core.names import NAME_LIMIT, clean_name

LOGO_LIMIT = 24
PLAIN_NAME, PLAIN_GROUND, PLAIN_INK = "Usher", "#24476b", "#ffffff"


class Brand(Base):
    """What was chosen for a root group, and holds for all below it."""

    __tablename__ = "brands"

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), unique=True)
    name: Mapped[str] = mapped_column(String(NAME_LIMIT))
    logo: Mapped[str] = mapped_column(String(LOGO_LIMIT))
    ground: Mapped[str] = mapped_column(String(7))
    ink: Mapped[str] = mapped_column(String(7))
    changed_at: Mapped[Moment]


@dataclass(frozen=True, slots=True)
class Look:
    """How an e-mail looks: `ink` is the colour of what is written on `ground`, as `#24476b`."""

    name: str
    logo: str
    ground: str = PLAIN_GROUND
    ink: str = PLAIN_INK


def look_of(session: Session, group_id: int | None) -> Look:
    """As chosen for the root of the group, else its name in our own colours."""
    root = _root(session, group_id) if group_id is not None else None
    if root is None:
        return Look(PLAIN_NAME, PLAIN_NAME)
    brand = _find(session, root)
    if brand is None:
        return Look(root.name, root.name)
    return Look(brand.name, brand.logo, brand.ground, brand.ink)


def choose_look(
    session: Session,
    actor: Actor,
    *,
    group: Group,
    name: str | None = None,
    logo: str | None = None,
    ground: str | None = None,
    ink: str | None = None,
    now: datetime,
) -> tuple[Group, Look]:
    """Change what is given, for the root of the group and all below it; that root and its look.

    With a new `ground` alone the ink becomes black or white. Raises NotFound or Forbidden where the
    actor does not run the root, Invalid for a colour that can't be read or two that can't be read
    on each other.
    """
    require(session, actor, Permission.VIEW, group)
    root = _root(session, group.id)
    assert root is not None, "every group stands in a tree"
    require(session, actor, Permission.CHOOSE_LOOK, root)
    old = look_of(session, root.id)
    chosen = _colours(old, ground, ink)
    look = Look(
        clean_name(name) if name else old.name,
        clean_name(logo, limit=LOGO_LIMIT) if logo else _logo(old, name),
        *chosen,
    )
    _keep(session, root, look, now)
    colours = {"ground": look.ground, "ink": look.ink}
    note(session, actor, action="group.look_chosen", group=root, now=now, **colours)
    return root, look


def _colours(old: Look, ground: str | None, ink: str | None) -> tuple[str, str]:
    on = read_colour(ground) if ground else old.ground
    fallback = text_on(on) if ground else old.ink
    written = read_colour(ink) if ink else fallback
    if not is_readable(written, on):
        ratio = f"{contrast(written, on):.1f}"
        best = text_on(on)
        raise Invalid("colours_too_close", ratio=ratio, contrast=str(LEAST_CONTRAST), ink=best)
    return on, written


def _logo(old: Look, name: str | None) -> str:
    """The words of the logo are the name, until others are chosen."""
    return name if name and old.logo == old.name and len(name) <= LOGO_LIMIT else old.logo


def _keep(session: Session, root: Group, look: Look, now: datetime) -> None:
    brand = _find(session, root)
    if brand is None:
        brand = Brand(group_id=root.id)
        session.add(brand)
    brand.name, brand.logo, brand.ground, brand.ink = look.name, look.logo, look.ground, look.ink
    brand.changed_at = now


def _find(session: Session, root: Group) -> Brand | None:
    return session.scalar(select(Brand).where(Brand.group_id == root.id))


def _root(session: Session, group_id: int) -> Group | None:
    in_line = Group.id.in_(line_of(group_id))
    return session.scalar(select(Group).where(in_line, Group.parent_id.is_(None)))
