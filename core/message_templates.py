"""MessageTemplate: words that a platform approved, by which alone we may begin a conversation."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import JSON, ColumnElement, String, Text, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.access import Actor, Permission, allows
from core.errors import Conflict, Forbidden, NotFound
from core.members.footholds import list_footholds
from core.model import Base, Id, Moment, change
from core.pages import Cursor, Page, turn_to

APPROVED = "APPROVED"
FALLBACK_LANGUAGE = "en"
PAGE = 10
# Said to whoever asks for the list to be read again.
TOPIC = "templates"


@dataclass(frozen=True, slots=True)
class Listed:
    """A template as its platform lists it. `fields` are the names of what is filled into it, in
    order, or with `is_named` false the numbers of their places; `buttons` how many answers can be
    tapped. `needs` is what we can't provide, such as a picture, or empty.
    """

    name: str
    language: str
    status: str
    category: str
    body: str
    fields: tuple[str, ...]
    is_named: bool
    buttons: int
    needs: str = ""


class MessageTemplate(Base):
    """One language of a template; see `Listed`."""

    __tablename__ = "message_templates"
    __table_args__ = (UniqueConstraint("platform", "name", "language"),)

    id: Mapped[Id]
    platform: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(512))
    language: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(32))
    category: Mapped[str] = mapped_column(String(32))
    body: Mapped[str] = mapped_column(Text)
    fields: Mapped[list[str]] = mapped_column(JSON)
    is_named: Mapped[bool]
    buttons: Mapped[int]
    needs: Mapped[str] = mapped_column(String(64))
    listed_at: Mapped[Moment]

    @property
    def is_approved(self) -> bool:
        return self.status == APPROVED

    def takes(self, fields: Collection[str]) -> bool:
        """Whether these fields are what it wants. By number, their count must be right."""
        if self.is_named:
            return set(self.fields) <= set(fields)
        return len(self.fields) == len(fields)


def replace_templates(
    session: Session, *, platform: str, found: Sequence[Listed], now: datetime
) -> None:
    """These are the templates from now on; what the platform no longer lists is gone."""
    change(session, delete(MessageTemplate).where(MessageTemplate.platform == platform))
    session.expire_all()
    session.add_all(
        MessageTemplate(
            platform=platform, listed_at=now, **{**asdict(one), "fields": list(one.fields)}
        )
        for one in sorted(found, key=lambda one: (one.name, one.language))
    )
    session.flush()


def list_templates(
    session: Session, actor: Actor, *, platform: str, cursor: Cursor | None = None
) -> Page[MessageTemplate]:
    """Ten a page, by name and language. Raises Forbidden for who may invite nobody anywhere."""
    mine = (row.role for row in list_footholds(session, actor.person.id))
    if not actor.system_admin and not any(allows(role, Permission.INVITE) for role in mine):
        raise Forbidden("templates_for_admins")
    return turn_to(
        session,
        select(MessageTemplate).where(MessageTemplate.platform == platform),
        key=MessageTemplate.id,
        id_of=lambda one: one.id,
        cursor=cursor,
        size=PAGE,
    )


def check_template(
    session: Session, *, platform: str, name: str, locale: str, fields: Collection[str]
) -> MessageTemplate:
    """The template by which something can be told in the reader's language, or else in English, or
    in the one language that there is.

    Raises NotFound when there is none of that name; Conflict when none is approved, or when what is
    to be filled in is not what it wants: whoever asks for a broadcast hears it before, not after.
    """
    named = MessageTemplate.platform == platform, MessageTemplate.name == name
    known = _listed(session, *named)
    if not known:
        raise NotFound("template_unknown", template=name)
    approved = [one for one in known if one.is_approved]
    if not approved:
        raise Conflict("template_not_approved", template=name, status=known[0].status.lower())
    chosen = min(approved, key=lambda one: _distance(one.language, locale))
    if chosen.needs:
        raise Conflict("template_needs", template=name, what=chosen.needs)
    if not chosen.takes(fields):
        raise Conflict(
            "template_fields",
            template=name,
            wanted=", ".join(chosen.fields) or "0",
            given=", ".join(fields) or "0",
        )
    return chosen


def _listed(session: Session, *conditions: ColumnElement[bool]) -> list[MessageTemplate]:
    query = select(MessageTemplate).where(*conditions)
    return list(session.scalars(query.order_by(MessageTemplate.name, MessageTemplate.language)))


def _distance(language: str, locale: str) -> tuple[int, str]:
    """How far a language is from that of the reader: the platform itself falls back to none."""
    wanted, given = locale.replace("-", "_"), language.replace("-", "_")
    base = given.partition("_")[0]
    order = (given == wanted, base == wanted.partition("_")[0], base == FALLBACK_LANGUAGE, True)
    return order.index(True), language
