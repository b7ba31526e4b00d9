"""Guest: somebody on an event's list, member or not, with what they answered."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.events import TEXTS, Event
from core.guests.households import Household
from core.model import Base, Id, Moment, choice
from core.names import NAME_LIMIT, cut
from core.people import Person
from core.people.name_words import words_of

PHONE_LIMIT = 16
EMAIL_LIMIT = 320
LABEL_LIMIT = 32
DIET_LIMIT = 200
NOTES_LIMIT = 1000
NAME_KEY_LIMIT = 2 * NAME_LIMIT + 1
MOST_COMPANIONS = 10


class GuestStatus(StrEnum):
    INVITED = "invited"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    MAYBE = "maybe"
    WAITLISTED = "waitlisted"


class Guest(Base):
    """A row of an event's list. Members are guests by their person, others by what stands here.

    `phone` is E.164 as it was written and `phone_key` the form to compare by; `name_key` is the
    name without case and accents. `plus_ones` companions and `children` come along without rows of
    their own; `may_bring` stands above the event's own limit. `held_until`: seats are held for this
    guest although they have not said yes, since they are offered one or are asked anew.
    `waiting_since` orders the waitlist. A guest who was taken off the list has `removed_at`: that
    can be undone.
    """

    __tablename__ = "guests"
    __table_args__ = (
        UniqueConstraint("event_id", "person_id"),
        Index(None, "event_id", "id"),
        Index(None, "event_id", "status", "id"),
        Index(None, "event_id", "phone_key"),
        Index(None, "event_id", "email"),
        Index(None, "event_id", "name_key"),
    )

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("people.id", ondelete="SET NULL"), index=True
    )
    household_id: Mapped[int | None] = mapped_column(
        ForeignKey("households.id", ondelete="SET NULL"), index=True
    )
    first_name: Mapped[str] = mapped_column(String(NAME_LIMIT))
    last_name: Mapped[str | None] = mapped_column(String(NAME_LIMIT))
    name_key: Mapped[str] = mapped_column(String(NAME_KEY_LIMIT))
    phone: Mapped[str | None] = mapped_column(String(PHONE_LIMIT))
    phone_key: Mapped[str | None] = mapped_column(String(PHONE_LIMIT))
    email: Mapped[str | None] = mapped_column(String(EMAIL_LIMIT))
    side: Mapped[str | None] = mapped_column(String(LABEL_LIMIT))
    is_child: Mapped[bool] = mapped_column(default=False)
    plus_ones: Mapped[int] = mapped_column(default=0)
    plus_one_names: Mapped[list[str]] = mapped_column(TEXTS, default=list)
    may_bring: Mapped[int | None]
    children: Mapped[int] = mapped_column(default=0)
    diet: Mapped[str | None] = mapped_column(String(DIET_LIMIT))
    seating: Mapped[str | None] = mapped_column(String(LABEL_LIMIT))
    notes: Mapped[str | None] = mapped_column(String(NOTES_LIMIT))
    status: Mapped[GuestStatus] = mapped_column(choice(GuestStatus, "status"))
    answered_at: Mapped[Moment | None]
    waiting_since: Mapped[Moment | None]
    held_until: Mapped[Moment | None]
    added_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("people.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]
    removed_at: Mapped[Moment | None]

    event: Mapped[Event] = relationship(lazy="raise", innerjoin=True)
    person: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[person_id])
    household: Mapped[Household | None] = relationship(lazy="raise")

    @property
    def name(self) -> str:
        return " ".join(filter(None, (self.first_name, self.last_name)))

    @property
    def party(self) -> int:
        """How many come when this guest comes."""
        return 1 + self.plus_ones + self.children

    @property
    def takes_seats(self) -> bool:
        """Whether the party's seats are taken or held."""
        if self.removed_at is not None:
            return False
        return self.status is GuestStatus.CONFIRMED or self.held_until is not None


def name_key(name: str) -> str:
    """The name without case, accents and signs, by which guests are found and compared."""
    return cut(" ".join(words_of(name)), NAME_KEY_LIMIT)


_HELD = text("held_until IS NOT NULL")
Index("ix_guests_held", Guest.held_until, sqlite_where=_HELD, postgresql_where=_HELD)
