"""Webhook: an address of a group's own, to which what happens in it is posted."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, bindparam, func, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from core.access import Actor, Permission, require, standing
from core.audit import note
from core.errors import Conflict, Invalid, NotFound
from core.facts.public import EVENTS
from core.groups import Group, line_of
from core.model import Base, Id, Moment
from core.names import clean_text
from core.tokens import is_public_id, new_public_id
from core.webhooks.urls import URL_LIMIT, check_url

CHANNEL = "webhook"
MOST_WEBHOOKS = 5
EVENTS_LIMIT = 400
# So long after a new secret was made what is posted is signed with the older one as well.
OVERLAP = timedelta(hours=24)


class Webhook(Base):
    """`events` are names joined by blanks, None is all. `generation` counts its secrets, which are
    kept nowhere: see `bot.own_site`. `failing_since` is since when nothing arrived there.
    """

    __tablename__ = "webhooks"

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    url: Mapped[str] = mapped_column(String(URL_LIMIT))
    events: Mapped[str | None] = mapped_column(String(EVENTS_LIMIT))
    generation: Mapped[int] = mapped_column(default=1)
    rotated_at: Mapped[Moment | None]
    failing_since: Mapped[Moment | None]
    ended_at: Mapped[Moment | None]
    created_at: Mapped[Moment]

    group: Mapped[Group] = relationship(lazy="raise", innerjoin=True)

    def wants(self, event: str) -> bool:
        return self.events is None or event in self.events.split()

    def generations(self, now: datetime) -> tuple[int, ...]:
        """By which secrets to sign at `now`, the newest first."""
        overlaps = self.rotated_at is not None and now < self.rotated_at + OVERLAP
        return (self.generation, self.generation - 1) if overlaps else (self.generation,)


def read_events(text: str) -> str | None:
    """Names joined by commas or blanks, as they are kept; None for all of them. Raises Invalid."""
    wanted = text.replace(",", " ").casefold().split()
    unknown = [name for name in wanted if name not in EVENTS]
    if unknown:
        raise Invalid("no_such_event", event=" ".join(unknown), known=", ".join(EVENTS))
    return " ".join(name for name in EVENTS if name in wanted) or None


def create_webhook(
    session: Session, actor: Actor, *, group: Group, url: str, events: str | None, now: datetime
) -> Webhook:
    """From now on what happens in the group, and in those below it, is posted there.

    `events` as `read_events` gives them. Raises Forbidden, NotFound, Invalid for an address that
    can't be posted to, or Conflict for too many.
    """
    require(session, actor, Permission.SET_WEBHOOKS, group)
    written = check_url(clean_text(url))
    theirs = select(func.count(Webhook.id)).where(Webhook.group_id == group.id)
    if session.scalars(theirs).one() >= MOST_WEBHOOKS:
        raise Conflict("too_many_webhooks", most=MOST_WEBHOOKS, group=group.name)
    made = Webhook(
        public_id=new_public_id("whk"),
        group_id=group.id,
        person_id=actor.person.id,
        url=written,
        events=events,
        generation=1,
        created_at=now,
    )
    session.add(made)
    session.flush()
    _note(session, actor, "webhook.made", made, group, now)
    return made


def list_webhooks(session: Session, actor: Actor, *, group: Group) -> list[Webhook]:
    """The group's own, oldest first. Raises Forbidden, NotFound."""
    require(session, actor, Permission.SET_WEBHOOKS, group)
    return list(
        session.scalars(select(Webhook).where(Webhook.group_id == group.id).order_by(Webhook.id))
    )


def rotate_webhook(session: Session, actor: Actor, *, public_id: str, now: datetime) -> Webhook:
    """It has another secret from now on; for a day both sign. Raises NotFound, Forbidden."""
    found = _get(session, actor, public_id)
    found.generation, found.rotated_at = found.generation + 1, now
    _note(session, actor, "webhook.rotated", found, found.group, now)
    return found


def restart_webhook(session: Session, actor: Actor, *, public_id: str, now: datetime) -> Webhook:
    """One that was switched off is posted to again. Raises NotFound, Forbidden."""
    found = _get(session, actor, public_id)
    if found.ended_at is not None:
        found.ended_at = found.failing_since = None
        _note(session, actor, "webhook.restarted", found, found.group, now)
    return found


def remove_webhook(session: Session, actor: Actor, *, public_id: str, now: datetime) -> Webhook:
    """Nothing is posted there any more. Raises NotFound, Forbidden."""
    found = _get(session, actor, public_id)
    session.delete(found)
    _note(session, actor, "webhook.removed", found, found.group, now)
    return found


def find_webhook(session: Session, public_id: str) -> Webhook | None:
    """Whoever asks for it posts to it, or says what came of that."""
    return session.scalar(
        select(Webhook)
        .where(Webhook.public_id == public_id)
        .options(joinedload(Webhook.group, innerjoin=True))
    )


def list_listening(session: Session, group_id: int) -> list[Webhook]:
    """Those that what happens in the group is posted to: its own, and those of groups above."""
    return list(session.scalars(_LISTENING, {"group_id": group_id}))


def _get(session: Session, actor: Actor, public_id: str) -> Webhook:
    query = select(Webhook).where(Webhook.public_id == public_id).with_for_update(of=Webhook)
    query = query.options(joinedload(Webhook.group, innerjoin=True))
    found = session.scalar(query) if is_public_id(public_id) else None
    if found is None or standing(session, actor, found.group) is None:
        raise NotFound("no_such_webhook", webhook=public_id)
    require(session, actor, Permission.SET_WEBHOOKS, found.group)
    return found


def _note(
    session: Session, actor: Actor, action: str, webhook: Webhook, group: Group, now: datetime
) -> None:
    note(session, actor, action=action, group=group, now=now, subject=webhook.public_id)


# Built once: every fact that may be told outside asks for it.
_LISTENING = (
    select(Webhook)
    .where(Webhook.group_id.in_(line_of(bindparam("group_id"))), Webhook.ended_at.is_(None))
    .order_by(Webhook.id)
)
