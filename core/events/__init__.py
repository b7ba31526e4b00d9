"""Event: a group of kind event with its time, zone, place, seats and deadline."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Float,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    select,
    text,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from core.access import Role
from core.errors import NotFound
from core.events.series import EventSeries
from core.groups import ZONE_LIMIT, Group
from core.model import BIG_ID, Base, Moment, choice

PLACE_LIMIT = 200
LINK_LIMIT = 500
NOTE_LIMIT = 500
REGION_LIMIT = 2
UID_LIMIT = 64
TEXTS = JSON().with_variant(postgresql.JSONB, "postgresql")


class Event(Base):
    """What a group of kind event has besides; its number is the group's own.

    Times are UTC and meant in `timezone`. `plus_ones` is how many companions each guest may bring,
    0 to 10; `region` (ISO 3166) is where phone numbers without a country's code are dialled. `uid`
    and `sequence` are those of RFC 5545: the uid is random, so that the calendar's address, which
    holds it, cannot be guessed. `terms` grows with each change of date, time or place, and
    `terms_sequence` is the sequence that the last of these led to. The cards in rooms are to be
    drawn anew at `card_due_at`, and last were at `card_told_at`.
    """

    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint("uid"),
        UniqueConstraint("series_id", "occurs_at"),
    )

    id: Mapped[int] = mapped_column(
        BIG_ID, ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    starts_at: Mapped[Moment | None] = mapped_column(index=True)
    ends_at: Mapped[Moment | None]
    timezone: Mapped[str] = mapped_column(String(ZONE_LIMIT))
    place: Mapped[str | None] = mapped_column(String(PLACE_LIMIT))
    map_link: Mapped[str | None] = mapped_column(String(LINK_LIMIT))
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    note: Mapped[str | None] = mapped_column(String(NOTE_LIMIT))
    region: Mapped[str | None] = mapped_column(String(REGION_LIMIT))
    capacity: Mapped[int | None]
    deadline: Mapped[Moment | None]
    plus_ones: Mapped[int]
    offer_hours: Mapped[int]
    list_visible: Mapped[bool]
    sides: Mapped[list[str]] = mapped_column(TEXTS)
    broadcast_role: Mapped[Role] = mapped_column(choice(Role, "broadcast_role"))
    uid: Mapped[str] = mapped_column(String(UID_LIMIT))
    sequence: Mapped[int]
    terms: Mapped[int]
    terms_sequence: Mapped[int] = mapped_column(default=0, server_default="0")
    series_id: Mapped[int | None] = mapped_column(
        ForeignKey("event_series.id", ondelete="SET NULL")
    )
    occurs_at: Mapped[Moment | None]
    card_due_at: Mapped[Moment | None]
    card_told_at: Mapped[Moment | None]
    cancelled_at: Mapped[Moment | None]

    group: Mapped[Group] = relationship(lazy="raise", innerjoin=True)
    series: Mapped[EventSeries | None] = relationship(lazy="raise")


_DUE = text("card_due_at IS NOT NULL")
Index("ix_events_card_due", Event.card_due_at, sqlite_where=_DUE, postgresql_where=_DUE)


def find_event(session: Session, event_id: int) -> Event | None:
    """The event with its group, or None."""
    return session.scalar(
        select(Event).where(Event.id == event_id).options(joinedload(Event.group, innerjoin=True))
    )


def get_event(session: Session, event_id: int) -> Event:
    """Raises NotFound."""
    event = find_event(session, event_id)
    if event is None:
        raise NotFound("event_unknown")
    return event


def lock_event(session: Session, event_id: int) -> Event:
    """The event as it is now, until this unit ends nobody else's: whatever takes or frees seats
    asks for this first. Raises NotFound.
    """
    locked = session.scalar(
        select(Event)
        .where(Event.id == event_id)
        .options(joinedload(Event.group, innerjoin=True))
        .with_for_update(of=Event, key_share=True)
        .execution_options(populate_existing=True)
    )
    if locked is None:
        raise NotFound("event_unknown")
    return locked
