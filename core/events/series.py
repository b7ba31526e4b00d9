"""EventSeries: events that recur by a rule, such as a weekly practice. Each is an event itself."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.groups import ZONE_LIMIT
from core.model import Base, Id, Moment

RULE_LIMIT = 200


class EventSeries(Base):
    """The rule by which events recur. `starts_at` is the first in UTC; the rule counts in the wall
    clock of `timezone`, so that a practice at seven stays at seven. `made_until` is the date of the
    last that was made.
    """

    __tablename__ = "event_series"

    id: Mapped[Id]
    parent_id: Mapped[int | None] = mapped_column(
        ForeignKey("groups.id", ondelete="CASCADE"), index=True
    )
    rule: Mapped[str] = mapped_column(String(RULE_LIMIT))
    timezone: Mapped[str] = mapped_column(String(ZONE_LIMIT))
    starts_at: Mapped[Moment]
    made_until: Mapped[Moment] = mapped_column(index=True)
    ended_at: Mapped[Moment | None]
