"""Broadcasting: drafted, weighed, confirmed, and called back; or one guest is written to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import Actor, Permission, require
from core.audit import note
from core.broadcasts import (
    CALL_BACK,
    TEXT_LIMIT,
    Broadcast,
    BroadcastState,
    get_broadcast,
    require_broadcast,
    require_in_key,
)
from core.broadcasts.audience import (
    Audience,
    Reckoning,
    check_audience,
    people_of,
    reckon,
    reckon_tried,
)
from core.broadcasts.sending import end_broadcast, expand, open_broadcast
from core.deliveries import call_off_event
from core.errors import Conflict, Invalid, Limited
from core.groups import Group
from core.names import clean_lines
from core.tokens import new_public_id

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
    """One guest of an event is written to at once; whoever may see the list may do that, a limited
    key only where it may broadcast. Raises as `draft_broadcast`, and Conflict for a guest whom
    nobody can write to.
    """
    require(session, actor, Permission.LIST_GUESTS, group)
    require_in_key(actor, group)
    audience = Audience(guest_id=guest_id)
    check_audience(session, group, audience)
    draft = _draft(session, actor, group, text, audience, channels, links, now)
    if not draft.reckoning.reached:
        raise Conflict("guest_out_of_reach")
    found = draft.broadcast
    found.state, found.starts_at = BroadcastState.EXPANDING, now
    open_broadcast(session, found, now=now)
    expand(session, found, spacing={}, now=now)
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
    found.channels = {**found.channels, "reached": reckoning.reached}
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
    end_broadcast(session, found, now=now)
    _note(session, actor, found, "broadcast.cancelled", now)
    return found, stopped


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


def _note(session: Session, actor: Actor, found: Broadcast, action: str, now: datetime) -> None:
    note(session, actor, action=action, group=found.group, now=now, subject=found.public_id)
