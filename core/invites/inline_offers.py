"""InlineOffer: a group as a card, shown to somebody who writes elsewhere. It gives nothing yet."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, LargeBinary, delete
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from core.access import Actor, Permission, Role, allows, is_archived, may_grant
from core.groups import Group
from core.invites import Invite
from core.members.footholds import Foothold, list_footholds
from core.model import Base, Id, Moment
from core.names import clean_text
from core.people import Person
from core.tokens import digest

# So many cards at most; Telegram takes 50 (Bot API, answerInlineQuery).
MOST_OFFERED = 10
# So long a card that was posted can be tapped for the first time.
OPEN_FOR = timedelta(hours=72)
CODE_BYTES = 16


class InlineOffer(Base):
    """One card of one look at one's groups, known by the digest of its code. `invite_id` is the
    invite that its first tap made.
    """

    __tablename__ = "inline_offers"

    id: Mapped[Id]
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), index=True)
    invite_id: Mapped[int | None] = mapped_column(
        ForeignKey("invites.id", ondelete="CASCADE"), index=True
    )
    offered_at: Mapped[Moment]

    person: Mapped[Person] = relationship(lazy="raise", innerjoin=True)
    group: Mapped[Group] = relationship(lazy="raise", innerjoin=True)
    invite: Mapped[Invite | None] = relationship(lazy="raise")


def offer_groups(
    session: Session, actor: Actor, *, text: str, now: datetime
) -> list[tuple[str, Foothold]]:
    """The actor's groups whose invites they may give, by the beginning of a word of the name, each
    with the code of its card. Nothing is made of it until the card is tapped.
    """
    shown = list(_matching(session, actor, clean_text(text).casefold()))[:MOST_OFFERED]
    stale = InlineOffer.person_id == actor.person.id, InlineOffer.offered_at <= now - OPEN_FOR
    session.execute(delete(InlineOffer).where(*stale, InlineOffer.invite_id.is_(None)))
    return [(_remember(session, actor, one.group_id, now=now), one) for one in shown]


def _matching(session: Session, actor: Actor, wanted: str) -> Iterable[Foothold]:
    for one in list_footholds(session, actor.person.id):
        name = one.group.name.casefold()
        called = name.startswith(wanted) or f" {wanted}" in name
        may = allows(one.role, Permission.INVITE) and may_grant(one.role, Role.MEMBER)
        if called and may and not is_archived(session, one.group_id):
            yield one


def _remember(session: Session, actor: Actor, group_id: int, *, now: datetime) -> str:
    code = secrets.token_urlsafe(CODE_BYTES)
    offer = InlineOffer(digest=digest(code), group_id=group_id, offered_at=now)
    offer.person_id = actor.person.id
    session.add(offer)
    return code
