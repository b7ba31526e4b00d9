"""Fan-out: waiting facts turned into deliveries, exactly once, many in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.batches import Batch
from core.database import announce
from core.deliveries import WAITING, Delivery, DeliveryStatus, Lane
from core.facts import Fact, UnreadableFact, read_fact
from core.outbox import TOPIC, EventStatus, OutboxEvent, WaitingEvent, list_waiting

# The fact stays true; that nobody could be told of it stands beside it.
NOBODY = "nobody to tell, or nobody who can be reached"
Rows = list[tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Destination:
    """Somewhere that a fact is told; `kind` is the notice that is told there.

    `held` is why nothing can be said there now: the delivery is kept as cancelled, for the trail.
    """

    channel: str
    address: str
    kind: str
    held: str | None = None


Route = Callable[[Session, Fact], Iterable[Destination]]
Routes = Mapping[type[Fact], Sequence[Route]]


@dataclass(frozen=True, slots=True)
class Fanning:
    """How facts are worked off; a crowd's messages are due `spacing` apart, by channel."""

    routes: Routes
    now: datetime
    spacing: Mapping[str, timedelta]

    def work_off(self, session: Session, *, limit: int) -> int:
        """Turn waiting facts into deliveries, in this one transaction; how many facts those were.

        A fact that cannot be read, or whose route breaks, is dead with the reason: it stops nobody.
        """
        events = list_waiting(session, limit=limit)
        try:
            with session.begin_nested():
                self._tell_all(session, events)
        except Exception:  # one of them breaks the transaction: the others must not suffer
            for event in events:
                self._tell_alone(session, event)
        return len(events)

    def _tell_alone(self, session: Session, event: WaitingEvent) -> None:
        try:
            with session.begin_nested():
                self._tell_all(session, [event])
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"
            _NOTE.run(session, [(event.id, EventStatus.DEAD, self.now, reason)])

    def _tell_all(self, session: Session, events: Sequence[WaitingEvent]) -> None:
        notes: Rows = []
        deliveries: Rows = []
        for event in events:
            try:
                fact = read_fact(event.event_type, event.payload)
            except UnreadableFact as error:
                notes.append((event.id, EventStatus.DEAD, self.now, str(error)))
            else:
                rows = list(self._rows(session, event.id, fact))
                deliveries += rows
                notes.append((event.id, EventStatus.DONE, self.now, None if rows else NOBODY))
        if deliveries:
            _INSERT.run(session, deliveries)
        if notes:
            _NOTE.run(session, notes)

    def _rows(self, session: Session, event_id: int, fact: Fact) -> Iterator[tuple[object, ...]]:
        lane = Lane.BULK if fact.bulk else Lane.PROMPT
        start = end_of_line(session, fact.group_id, self.now) if fact.bulk else self.now
        ahead: Counter[str] = Counter()
        for route in self.routes[type(fact)]:
            for to in route(session, fact):
                status = DeliveryStatus.CANCELLED if to.held else DeliveryStatus.PENDING
                step = self.spacing.get(to.channel, timedelta()) if fact.bulk else timedelta()
                due_at = start + step * ahead[to.channel]
                ahead[to.channel] += 1
                yield event_id, to.channel, to.address, to.kind, status, lane, due_at, to.held


def end_of_line(session: Session, group_id: int, now: datetime) -> datetime:
    """A group's crowds follow each other: only those of different groups take turns."""
    return max(now, session.scalar(_LAST_OF_GROUP, {"group_id": group_id}) or now)


def tell_crowd(
    session: Session,
    event_id: int,
    kind: str,
    places: Iterable[tuple[str, str]],
    *,
    start: datetime,
    spacing: Mapping[str, timedelta],
) -> None:
    """Deliveries of a fact whose crowd is too large for one transaction: this is a part of it."""
    ahead: Counter[str] = Counter()
    rows: Rows = []
    for channel, address in places:
        due_at = start + spacing.get(channel, timedelta()) * ahead[channel]
        ahead[channel] += 1
        pending, lane = DeliveryStatus.PENDING, Lane.BULK
        rows.append((event_id, channel, address, kind, pending, lane, due_at, None))
    if rows:
        _INSERT.run(session, rows)
        announce(session, TOPIC)


# Backwards along the index of what waits: a maximum would look at all that the group has waiting.
_LAST_OF_GROUP = (
    select(Delivery.due_at)
    .join(Delivery.event)
    .where(
        OutboxEvent.group_id == bindparam("group_id"),
        Delivery.status == WAITING,
        Delivery.lane == int(Lane.BULK),
    )
    .order_by(Delivery.due_at.desc())
    .limit(1)
)
_INSERT = Batch(
    "INSERT INTO deliveries (outbox_id, channel, address, kind, status, lane, due_at, last_error,"
    " attempts, lost_claims)"
    " SELECT outbox_id, channel, address, kind, status, lane, due_at, held, 0, 0"
    " FROM {rows} AS told"
    " WHERE true ON CONFLICT (outbox_id, channel, address) DO NOTHING RETURNING id",
    {
        "outbox_id": "bigint",
        "channel": "text",
        "address": "text",
        "kind": "text",
        "status": "text",
        "lane": "smallint",
        "due_at": "timestamptz",
        "held": "text",
    },
)
_NOTE = Batch(
    "UPDATE outbox SET status = told.status, processed_at = told.at, last_error = told.reason"
    " FROM {rows} AS told WHERE outbox.id = told.id RETURNING outbox.id",
    {"id": "bigint", "status": "text", "at": "timestamptz", "reason": "text"},
)
