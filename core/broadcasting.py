"""Broadcasting: drafted, weighed, confirmed, called back, and made into messages by batches."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session, joinedload

from core.access import Actor, Permission, require
from core.audit import note
from core.broadcast_audience import (
    Audience,
    Reached,
    Reckoning,
    check_audience,
    people_of,
    reach_some,
    reckon,
    reckon_tried,
)
from core.broadcasts import (
    CALL_BACK,
    LETTER,
    TEXT_LIMIT,
    Broadcast,
    BroadcastRecipient,
    BroadcastState,
    get_broadcast,
    require_broadcast,
)
from core.deliveries import call_off_event
from core.errors import Conflict, Invalid, Limited
from core.facts.broadcasts import BroadcastSent
from core.fanning import end_of_line, tell_crowd
from core.groups import Group
from core.names import clean_lines
from core.outbox import EventStatus, OutboxEvent
from core.tokens import new_public_id

AT_ONCE = 500
SURE_ABOVE = 50
MOST_AN_HOUR = 60


@dataclass(frozen=True, slots=True)
class Draft:
    """A broadcast and whom it would reach now."""

    broadcast: Broadcast
    reckoning: Reckoning


def draft_broadcast(
    session: Session,
    actor: Actor,
    *,
    group: Group,
    text: str,
    audience: Audience,
    channels: Collection[str],
    links: str,
    now: datetime,
) -> Draft:
    """Shown to its author before anything is sent. Raises Forbidden, NotFound, Invalid, Limited."""
    require_broadcast(session, actor, group)
    check_audience(session, group, audience)
    return _draft(session, actor, group, text, audience, channels, links, now)


def write_to_guest(
    session: Session,
    actor: Actor,
    *,
    group: Group,
    guest_id: int,
    text: str,
    channels: Collection[str],
    links: str,
    now: datetime,
) -> Reckoning:
    """One guest of an event is written to at once; whoever may see the list may do that. Raises as
    `draft_broadcast`, and Conflict for a guest whom nobody can write to.
    """
    require(session, actor, Permission.LIST_GUESTS, group)
    audience = Audience(guest_id=guest_id)
    check_audience(session, group, audience)
    draft = _draft(session, actor, group, text, audience, channels, links, now)
    if not draft.reckoning.reached:
        raise Conflict("guest_out_of_reach")
    found = draft.broadcast
    found.state, found.starts_at = BroadcastState.EXPANDING, now
    _open(session, found, now)
    _expand(session, found, spacing={}, now=now)
    subject = f"guest:{guest_id}"
    note(session, actor, action="guest.written_to", group=group, now=now, subject=subject)
    return draft.reckoning


def reckon_again(session: Session, broadcast: Broadcast) -> Reckoning:
    """Whom it would reach by now."""
    audience = Audience(**broadcast.audience)
    people = people_of(session, broadcast.group, audience)
    count = reckon if audience.retry_of is None else reckon_tried
    return count(session, people, channels=broadcast.channels["names"])


def confirm_broadcast(
    session: Session, actor: Actor, *, public_id: str, count: int | None, now: datetime
) -> Draft:
    """Sent in a minute, until when it can be called back. Above SURE_ABOVE the `count` of people
    has to be said. Raises Forbidden, NotFound, Conflict, Invalid.
    """
    found = get_broadcast(session, actor, public_id, now=now, lock=True)
    require_broadcast(session, actor, found.group)
    if found.state is not BroadcastState.DRAFT:
        raise Conflict("broadcast_begun")
    reckoning = reckon_again(session, found)
    if not reckoning.reached:
        raise Conflict("broadcast_to_nobody")
    if reckoning.reached > SURE_ABOVE and count != reckoning.reached:
        raise Invalid("broadcast_unsure", count=reckoning.reached)
    found.state, found.starts_at = BroadcastState.WAITING, now + CALL_BACK
    _note(session, actor, found, "broadcast.confirmed", now)
    return Draft(found, reckoning)


def cancel_broadcast(
    session: Session, actor: Actor, *, public_id: str, now: datetime
) -> tuple[Broadcast, int]:
    """Forget it, call it back, or stop what is not sent yet: how many messages that were.

    Raises NotFound, and Conflict when all is sent.
    """
    found = get_broadcast(session, actor, public_id, now=now, lock=True)
    if found.state in (BroadcastState.DONE, BroadcastState.CANCELLED):
        raise Conflict("broadcast_over")
    stopped = 0
    if found.outbox_id is not None:
        stopped = call_off_event(session, found.outbox_id, reason="called back by its author")
    found.state = BroadcastState.CANCELLED
    _note(session, actor, found, "broadcast.cancelled", now)
    return found, stopped


def expand_next(
    session: Session, *, spacing: Mapping[str, timedelta], now: datetime
) -> Broadcast | None:
    """One more batch of the oldest broadcast whose time has come, or None. Where it stopped is kept
    with the batch, so nobody gets it twice, whatever dies in between.
    """
    found = session.scalar(
        select(Broadcast)
        .where(
            Broadcast.state.in_([BroadcastState.WAITING, BroadcastState.EXPANDING]),
            Broadcast.starts_at <= now,
        )
        .options(joinedload(Broadcast.group, innerjoin=True))
        .order_by(Broadcast.id)
        .limit(1)
        .with_for_update(of=Broadcast, skip_locked=True)
    )
    if found is None:
        return None
    if found.state is BroadcastState.WAITING:
        found.state = BroadcastState.EXPANDING
        _open(session, found, now)
    _expand(session, found, spacing=spacing, now=now)
    return found


def _draft(
    session: Session,
    actor: Actor,
    group: Group,
    text: str,
    audience: Audience,
    channels: Collection[str],
    links: str,
    now: datetime,
) -> Draft:
    cleaned = clean_lines(text, limit=TEXT_LIMIT)
    _check_pace(session, actor, now)
    found = Broadcast(
        public_id=new_public_id("bct"),
        group=group,
        author_id=actor.person.id,
        text=cleaned,
        links=links,
        audience=audience.dump(),
        channels={"names": sorted(channels)},
        state=BroadcastState.DRAFT,
        cursor=0,
        created_at=now,
    )
    session.add(found)
    session.flush()
    return Draft(found, reckon_again(session, found))


def _check_pace(session: Session, actor: Actor, now: datetime) -> None:
    recent = select(func.count(Broadcast.id)).where(
        Broadcast.author_id == actor.person.id, Broadcast.created_at > now - timedelta(hours=1)
    )
    if session.scalars(recent).one() >= MOST_AN_HOUR:
        raise Limited("too_many_broadcasts", most=MOST_AN_HOUR)


def _open(session: Session, found: Broadcast, now: datetime) -> None:
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


def _expand(
    session: Session, found: Broadcast, *, spacing: Mapping[str, timedelta], now: datetime
) -> None:
    people = people_of(session, found.group, Audience(**found.audience))
    channels = found.channels["names"]
    batch = reach_some(session, people, channels=channels, after=found.cursor, limit=AT_ONCE)
    if batch:
        found.cursor = batch[-1].key
        session.execute(insert(BroadcastRecipient), [_row(found, one) for one in batch])
        places = [(one.channel, one.address) for one in batch if one.channel and one.address]
        assert found.outbox_id is not None, "it was opened before"
        start = end_of_line(session, found.group_id, now)
        tell_crowd(session, found.outbox_id, LETTER, places, start=start, spacing=spacing)
    if len(batch) < AT_ONCE:
        found.state = BroadcastState.SENDING
    session.flush()


def _row(found: Broadcast, one: Reached) -> dict[str, object]:
    return {
        "broadcast_id": found.id,
        "person_id": one.person_id,
        "guest_id": one.guest_id,
        "channel": one.channel,
        "address": one.address,
    }


def _note(session: Session, actor: Actor, found: Broadcast, action: str, now: datetime) -> None:
    note(session, actor, action=action, group=found.group, now=now, subject=found.public_id)
