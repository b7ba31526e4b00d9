"""What came of a broadcast: how far it is, who got it, who could not be reached."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from core.broadcasts import Broadcast, BroadcastRecipient, BroadcastState
from core.broadcasts.audience import Audience, Reached, people_of, reach_some
from core.broadcasts.sending import end_broadcast
from core.deliveries import OPEN, Delivery, DeliveryStatus
from core.facts.progress import Long
from core.guests import Guest
from core.long_deeds import is_time, show_progress
from core.people import Person

AT_ONCE = 500
MOST_TOLD = 100_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """Messages by status, and how many people could not be written to at all."""

    statuses: dict[DeliveryStatus, int]
    lost: int

    def count(self, *statuses: DeliveryStatus) -> int:
        return sum(self.statuses.get(status, 0) for status in statuses)


@dataclass(frozen=True, slots=True)
class Told:
    """One recipient; without a status they could not be written to."""

    name: str
    channel: str | None
    status: DeliveryStatus | None
    error: str | None


def outcome_of(session: Session, broadcast: Broadcast) -> Outcome:
    rows = session.execute(
        select(Delivery.status, func.count())
        .where(Delivery.outbox_id == broadcast.outbox_id)
        .group_by(Delivery.status)
    )
    lost = select(func.count(BroadcastRecipient.id)).where(
        BroadcastRecipient.broadcast_id == broadcast.id, BroadcastRecipient.address.is_(None)
    )
    statuses = {row[0]: row[1] for row in rows}
    return Outcome(statuses, session.scalars(lost).one())


def list_told(session: Session, broadcast: Broadcast) -> list[Told]:
    """Everybody, in the order of the audience; the first MOST_TOLD."""
    return list(_told(session, broadcast))


def name_some(session: Session, broadcast: Broadcast, *, limit: int) -> list[tuple[str, Reached]]:
    """The first of those whom it would go to now, by name."""
    people = people_of(session, broadcast.group, Audience(**broadcast.audience))
    channels = broadcast.channels["names"]
    found = reach_some(session, people, channels=channels, after=0, limit=limit)
    guests = _guest_names(session, [one.guest_id for one in found if one.guest_id])
    persons = _person_names(session, [one.person_id for one in found if one.person_id])
    names = (guests.get(one.guest_id or 0) or persons.get(one.person_id or 0, "") for one in found)
    return list(zip(names, found, strict=True))


def find_sent(session: Session) -> int | None:
    """The oldest broadcast of which nothing waits any more; to look keeps nobody waiting."""
    waits = (
        select(Delivery.id)
        .where(Delivery.outbox_id == Broadcast.outbox_id, Delivery.status.in_(OPEN))
        .exists()
    )
    sent = select(Broadcast.id).where(Broadcast.state == BroadcastState.SENDING, ~waits)
    return session.scalar(sent.order_by(Broadcast.id).limit(1))


def finish(session: Session, broadcast_id: int, *, now: datetime) -> None:
    """One that `find_sent` has found is done, and its author hears of it."""
    found = session.get(Broadcast, broadcast_id, with_for_update=True)
    if found is not None and found.state is BroadcastState.SENDING:
        found.state = BroadcastState.DONE
        end_broadcast(session, found, now=now)


def list_to_show(session: Session, *, now: datetime) -> list[int]:
    """Those whose authors are to see by now how far they have come."""
    under_way = Broadcast.state.in_([BroadcastState.EXPANDING, BroadcastState.SENDING])
    found = session.scalars(select(Broadcast).where(under_way).order_by(Broadcast.id))
    return [
        one.id for one in found if is_time(session, Long.BROADCAST, one.id, of=one.reached, now=now)
    ]


def show_how_far(session: Session, broadcast_id: int, *, now: datetime) -> None:
    """Its author's message is edited."""
    found = session.get_one(Broadcast, broadcast_id)
    show_progress(
        session,
        Long.BROADCAST,
        found.id,
        group_id=found.group_id,
        person_id=found.author_id,
        now=now,
    )


def _told(session: Session, broadcast: Broadcast) -> Iterator[Told]:
    here = and_(
        Delivery.outbox_id == broadcast.outbox_id,
        Delivery.channel == BroadcastRecipient.channel,
        Delivery.address == BroadcastRecipient.address,
    )
    rows = session.execute(
        select(
            Guest.first_name,
            Guest.last_name,
            Person.name,
            BroadcastRecipient.channel,
            Delivery.status,
            Delivery.last_error,
        )
        .select_from(BroadcastRecipient)
        .outerjoin(Guest, Guest.id == BroadcastRecipient.guest_id)
        .outerjoin(Person, Person.id == BroadcastRecipient.person_id)
        .outerjoin(Delivery, here)
        .where(BroadcastRecipient.broadcast_id == broadcast.id)
        .order_by(BroadcastRecipient.id)
        .limit(MOST_TOLD)
    )
    for first, last, person, channel, status, error in rows:
        name = " ".join(filter(None, (first, last))) or person or ""
        yield Told(name, channel, status, error)


def _guest_names(session: Session, ids: list[int]) -> dict[int, str]:
    found = session.scalars(select(Guest).where(Guest.id.in_(ids)))
    return {guest.id: guest.name for guest in found}


def _person_names(session: Session, ids: list[int]) -> dict[int, str]:
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {row.id: row.name for row in rows}
