"""A confirmed broadcast made into messages, batch by batch, for as long as its author may."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from core.audit import note_by_clock
from core.authors import author_of, why_not
from core.batches import Batch
from core.broadcasts import (
    LETTER,
    Broadcast,
    BroadcastState,
    require_broadcast,
)
from core.broadcasts.audience import Audience, Reached, people_of, reach_some
from core.deliveries import call_off_event
from core.deliveries.fanning import end_of_line, tell_crowd
from core.facts.broadcasts import BroadcastDone, BroadcastSent
from core.facts.progress import Long
from core.long_deeds import begin_progress
from core.outbox import EventStatus, OutboxEvent, record

# More would hold up commands, fewer would spend their time on beginning and ending.
AT_ONCE = 1000


def is_broadcast_due(session: Session, *, now: datetime) -> bool:
    """Whether `expand_next` has anything to do: to look keeps nobody waiting."""
    return session.scalar(_due(now).with_only_columns(Broadcast.id)) is not None


def expand_next(
    session: Session,
    *,
    rulers: Collection[str] = (),
    spacing: Mapping[str, timedelta],
    now: datetime,
) -> Broadcast | None:
    """One more batch of the oldest broadcast whose time has come, or None. Where it stopped is kept
    with the batch, so nobody gets it twice, whatever dies in between. When its author may not any
    more, it stops there. `rulers` are the system admins of today.
    """
    whole = joinedload(Broadcast.group, innerjoin=True)
    found = session.scalar(_due(now).options(whole).with_for_update(of=Broadcast, skip_locked=True))
    if found is None or _is_stopped(session, found, rulers, now):
        return found
    if found.state is BroadcastState.WAITING:
        found.state = BroadcastState.EXPANDING
        open_broadcast(session, found, now=now)
        begin_progress(
            session,
            Long.BROADCAST,
            found.id,
            group_id=found.group_id,
            person_id=found.author_id,
            now=now,
        )
    expand(session, found, spacing=spacing, now=now)
    return found


def open_broadcast(session: Session, found: Broadcast, *, now: datetime) -> None:
    """The one fact that all its messages tell; it is fanned out here, batch by batch."""
    fact = BroadcastSent(group_id=found.group_id, broadcast_id=found.id)
    event = OutboxEvent(
        event_type=fact.event_type,
        group_id=found.group_id,
        subject=fact.subject,
        payload=fact.model_dump(),
        status=EventStatus.DONE,
        created_at=now,
        processed_at=now,
    )
    session.add(event)
    session.flush()
    found.outbox_id = event.id


def expand(
    session: Session, found: Broadcast, *, spacing: Mapping[str, timedelta], now: datetime
) -> None:
    """The next AT_ONCE of its audience get their messages, due `spacing` apart by channel."""
    people = people_of(session, found.group, Audience(**found.audience))
    channels = found.channels["names"]
    batch = reach_some(session, people, channels=channels, after=found.cursor, limit=AT_ONCE)
    if batch:
        found.cursor = batch[-1].key
        _INSERT.run(session, [_row(found, one) for one in batch])
        places = [(one.channel, one.address) for one in batch if one.channel and one.address]
        assert found.outbox_id is not None, "it was opened before"
        start = end_of_line(session, found.group_id, now)
        tell_crowd(session, found.outbox_id, LETTER, places, start=start, spacing=spacing)
    if len(batch) < AT_ONCE:
        found.state = BroadcastState.SENDING
    session.flush()


def end_broadcast(session: Session, found: Broadcast, *, now: datetime) -> None:
    """Its author hears what came of it, unless nobody was written to, or one guest."""
    if found.outbox_id is None and found.stopped is None:
        return
    if not found.is_for_one:
        told = BroadcastDone(
            group_id=found.group_id, person_id=found.author_id, broadcast_id=found.id
        )
        record(session, told, now=now)


def _due(now: datetime) -> Select[Broadcast]:
    return (
        select(Broadcast)
        .where(
            Broadcast.state.in_([BroadcastState.WAITING, BroadcastState.EXPANDING]),
            Broadcast.starts_at <= now,
        )
        .order_by(Broadcast.id)
        .limit(1)
    )


def _is_stopped(session: Session, found: Broadcast, rulers: Collection[str], now: datetime) -> bool:
    """A right that was taken away is asked for again before each batch."""
    author = author_of(session, found.author_id, "telegram", rulers)
    refusal = why_not(author, lambda actor: require_broadcast(session, actor, found.group))
    if refusal is None:
        return False
    found.state, found.stopped = BroadcastState.CANCELLED, refusal
    if found.outbox_id is not None:
        call_off_event(session, found.outbox_id, reason="its author may not any more")
    end_broadcast(session, found, now=now)
    subject = found.public_id
    note_by_clock(session, action="broadcast.stopped", group=found.group, now=now, subject=subject)
    return True


def _row(found: Broadcast, one: Reached) -> tuple[object, ...]:
    return found.id, one.person_id, one.guest_id, one.channel, one.address


_INSERT = Batch(
    "INSERT INTO broadcast_recipients (broadcast_id, person_id, guest_id, channel, address)"
    " SELECT broadcast_id, person_id, guest_id, channel, address FROM {rows} AS found"
    " WHERE true RETURNING id",
    {
        "broadcast_id": "bigint",
        "person_id": "bigint",
        "guest_id": "bigint",
        "channel": "text",
        "address": "text",
    },
)
