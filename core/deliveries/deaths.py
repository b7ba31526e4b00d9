"""Deaths of messages: who hears that some were given up, once for a cause and never in a storm."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, literal, select, update
from sqlalchemy.orm import Session

from core.access import Role
from core.deliveries import Delivery, DeliveryStatus
from core.deliveries.trail import spelt
from core.facts import DeathCause, DeliveriesDied
from core.members import list_leaders
from core.model import change
from core.outbox import EventStatus, OutboxEvent, record
from core.people import find_identity, list_reachable

# The same cause is not told of again within this time; what dies of it meanwhile is told then.
REPEAT_AFTER = timedelta(hours=6)
# Whoever heard of deaths hears nothing more of the kind for so long, whatever the cause.
BREATHER = timedelta(minutes=15)
MOST_CAUSES = 2000
TOLD_CAUSES = 5
REASON_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Toll:
    """Dead messages of one group with one reason; `channel` is empty for facts."""

    group_id: int
    channel: str
    error: str | None
    count: int

    @property
    def reason(self) -> str:
        """Without what differs from one message to the next, such as ids and seconds."""
        return re.sub(r"\d+", "#", self.error or "")[:REASON_LIMIT]


@dataclass(frozen=True, slots=True)
class Audience:
    """Who hears of a group's dead: its admins, or for all groups without any the system admins."""

    group_id: int | None
    person_ids: tuple[int, ...]

    @property
    def subject(self) -> str:
        return "deaths:all" if self.group_id is None else f"deaths:{self.group_id}"


def report_deaths(session: Session, *, system_admins: Collection[str], now: datetime) -> int:
    """Tell of what has died and nobody heard of yet; how many words that takes.

    `system_admins` are their identities, such as `telegram:42`. The death of such a word makes no
    further word. What has to wait for its turn stays unreported until then.
    """
    tolls: dict[Audience, list[Toll]] = defaultdict(list)
    rulers = tuple(_rulers(session, system_admins))
    for toll in (*_dead_deliveries(session), *_dead_facts(session)):
        tolls[_audience(session, toll.group_id, rulers)].append(toll)
    return sum(_tell(session, audience, found, now=now) for audience, found in tolls.items())


def _tell(session: Session, audience: Audience, tolls: list[Toll], *, now: datetime) -> bool:
    told = _told_lately(session, audience, now)
    if told is None or not audience.person_ids:
        return False
    fresh = [toll for toll in tolls if (toll.channel, toll.reason) not in told]
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for toll in fresh:
        counts[toll.channel, toll.reason] += _mark(session, toll, now)
    causes = [
        DeathCause(channel=channel, reason=reason, count=count)
        for (channel, reason), count in counts.items()
        if count
    ]
    if not causes:
        return False
    word = DeliveriesDied(
        group_id=fresh[0].group_id,
        person_ids=list(audience.person_ids),
        causes=causes[:TOLD_CAUSES],
        everywhere=audience.group_id is None,
    )
    record(session, word, now=now)
    return True


def _told_lately(
    session: Session, audience: Audience, now: datetime
) -> set[tuple[str, str]] | None:
    """The causes that they have heard of lately, or None when they are to have their peace."""
    words = session.execute(
        select(OutboxEvent.created_at, OutboxEvent.payload).where(
            OutboxEvent.subject == audience.subject, OutboxEvent.created_at > now - REPEAT_AFTER
        )
    ).all()
    if any(created_at > now - BREATHER for created_at, _ in words):
        return None
    return {
        (cause["channel"], cause["reason"]) for _, payload in words for cause in payload["causes"]
    }


def _audience(session: Session, group_id: int, rulers: tuple[int, ...]) -> Audience:
    for leaders in list_leaders(session, group_id, least=Role.ADMIN):
        reachable = {identity.person_id for identity in list_reachable(session, leaders)}
        if reachable:
            return Audience(group_id, tuple(sorted(reachable)))
    return Audience(None, rulers)


def _rulers(session: Session, system_admins: Collection[str]) -> Iterator[int]:
    for key in sorted(system_admins):
        platform, _, address = key.partition(":")
        if identity := find_identity(session, platform=platform, address=address):
            yield identity.person_id


def _dead_deliveries(session: Session) -> list[Toll]:
    query = (
        select(OutboxEvent.group_id, Delivery.channel, Delivery.last_error, func.count())
        .join(Delivery.event)
        .where(
            Delivery.status.in_(spelt("dead", (DeliveryStatus.DEAD,))),
            Delivery.reported_at.is_(None),
            OutboxEvent.event_type != DeliveriesDied.event_type,
            OutboxEvent.group_id.is_not(None),
        )
        .group_by(OutboxEvent.group_id, Delivery.channel, Delivery.last_error)
    )
    return [
        Toll(group_id or 0, channel, error, count)
        for group_id, channel, error, count in session.execute(query.limit(MOST_CAUSES))
    ]


def _dead_facts(session: Session) -> list[Toll]:
    query = (
        select(OutboxEvent.group_id, literal(""), OutboxEvent.last_error, func.count())
        .where(
            OutboxEvent.status.in_(spelt("dead", (EventStatus.DEAD,))),
            OutboxEvent.reported_at.is_(None),
            OutboxEvent.event_type != DeliveriesDied.event_type,
            OutboxEvent.group_id.is_not(None),
        )
        .group_by(OutboxEvent.group_id, OutboxEvent.last_error)
    )
    return [
        Toll(group_id or 0, channel, error, count)
        for group_id, channel, error, count in session.execute(query.limit(MOST_CAUSES))
    ]


def _mark(session: Session, toll: Toll, now: datetime) -> int:
    """How many are told of by this unit and by no other."""
    facts = select(OutboxEvent.id).where(
        OutboxEvent.group_id == toll.group_id,
        OutboxEvent.event_type != DeliveriesDied.event_type,
    )
    if toll.channel:
        dead = update(Delivery).where(
            Delivery.status == DeliveryStatus.DEAD,
            Delivery.reported_at.is_(None),
            Delivery.channel == toll.channel,
            Delivery.last_error.is_not_distinct_from(toll.error),
            Delivery.outbox_id.in_(facts),
        )
    else:
        dead = update(OutboxEvent).where(
            OutboxEvent.status == EventStatus.DEAD,
            OutboxEvent.reported_at.is_(None),
            OutboxEvent.last_error.is_not_distinct_from(toll.error),
            OutboxEvent.id.in_(facts),
        )
    return change(session, dead.values(reported_at=now))
