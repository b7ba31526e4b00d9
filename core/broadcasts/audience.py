"""Audience: whom a broadcast is for, and by which channel each of them is reached."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Subquery,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    select,
)
from sqlalchemy.orm import Session

from core.access import Member, MemberState, Role
from core.broadcasts import Broadcast, BroadcastRecipient
from core.deliveries import Delivery, DeliveryStatus
from core.deliveries.reach import LADDER
from core.errors import Invalid
from core.events import find_event
from core.groups import Group, below
from core.guests import Guest, GuestStatus
from core.guests.lists import Wanted
from core.invites.whom import EMAIL
from core.model import Payload
from core.people import Identity

WHATSAPP = "whatsapp"
NOWHERE = 99
AT_ONCE = 500
# What perhaps arrived is not sent again: that could be a double.
ARRIVED = (
    DeliveryStatus.SENT,
    DeliveryStatus.DELIVERED,
    DeliveryStatus.READ,
    DeliveryStatus.UNCERTAIN,
)
REFUSED = (DeliveryStatus.FAILED, DeliveryStatus.DEAD)


@dataclass(frozen=True, slots=True)
class Audience:
    """`role` means members, `tree` also those of the groups below. Without a role it is an event's
    guests by `status` and `side`, or one by `guest_id`, or a group's members. `retry_of` are those
    whom an earlier broadcast did not reach. Never who sends it, `but`.
    """

    role: str | None = None
    tree: bool = False
    status: str | None = None
    side: str | None = None
    guest_id: int | None = None
    retry_of: int | None = None
    but: int | None = None

    def dump(self) -> Payload:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Reached:
    """One of the audience; without an address nobody can write to them."""

    key: int
    person_id: int | None
    guest_id: int | None
    channel: str | None
    address: str | None


@dataclass(frozen=True, slots=True)
class Reckoning:
    """How many are reached by which channel, in the order of the ladder; `lost` by none."""

    channels: dict[str, int]
    lost: int

    @property
    def reached(self) -> int:
        return sum(self.channels.values())


def check_audience(session: Session, group: Group, audience: Audience) -> None:
    """Raises Invalid for the guests of what is no event."""
    speaks_of_guests = audience.status or audience.side or audience.guest_id
    if speaks_of_guests and find_event(session, group.id) is None:
        raise Invalid("no_event", group=group.name)


def people_of(session: Session, group: Group, audience: Audience) -> Subquery:
    """A row for each: key, person_id, guest_id, phone, email, tried. Keys only ever grow."""
    if audience.retry_of is not None:
        return _missed(audience.retry_of).subquery("people")
    event = find_event(session, group.id) if audience.role is None else None
    if event is None:
        return _members(group, audience).subquery("people")
    status = GuestStatus(audience.status) if audience.status else None
    conditions = Wanted(status=status, side=audience.side).conditions(event)
    if audience.guest_id is not None:
        conditions.append(Guest.id == audience.guest_id)
    elif audience.but is not None:
        conditions.append(Guest.person_id.is_distinct_from(audience.but))
    return _guests().where(*conditions).subquery("people")


def reckon(session: Session, people: Subquery, *, channels: Collection[str]) -> Reckoning:
    """Counted by the database, however many they are."""
    order = ladder(channels)
    best = (
        select(Identity.person_id, func.min(_rank_of(order)).label("rank"))
        .where(
            Identity.reachable.is_(True),
            Identity.platform.in_(order),
            Identity.person_id.in_(select(people.c.person_id)),
        )
        .group_by(Identity.person_id)
        .subquery("best")
    )
    written = [
        (column.is_not(None), order.index(name))
        for name, column in ((WHATSAPP, people.c.phone), (EMAIL, people.c.email))
        if name in order
    ]
    rank = case((best.c.rank.is_not(None), best.c.rank), *written, else_=NOWHERE)
    joined = people.outerjoin(best, best.c.person_id == people.c.person_id)
    rows = session.execute(select(rank, func.count()).select_from(joined).group_by(rank))
    counts = {int(found): count for found, count in rows}
    found = {name: counts[n] for n, name in enumerate(order) if counts.get(n)}
    return Reckoning(found, counts.get(NOWHERE, 0))


def reckon_tried(session: Session, people: Subquery, *, channels: Collection[str]) -> Reckoning:
    """The same one by one, for the few of whom one way was tried in vain."""
    counts: Counter[str | None] = Counter()
    after: int | None = 0
    while after is not None:
        found = reach_some(session, people, channels=channels, after=after, limit=AT_ONCE)
        counts.update(one.channel for one in found)
        after = found[-1].key if len(found) == AT_ONCE else None
    order = [name for name in ladder(channels) if counts[name]]
    return Reckoning({name: counts[name] for name in order}, counts[None])


def reach_some(
    session: Session, people: Subquery, *, channels: Collection[str], after: int, limit: int
) -> list[Reached]:
    """The next of them, with where each is written to."""
    query = select(people).where(people.c.key > after).order_by(people.c.key).limit(limit)
    rows = session.execute(query).all()
    order = ladder(channels)
    known = _addresses(session, [row.person_id for row in rows if row.person_id], order)
    lost = _lost(session, [row.email for row in rows if row.email])
    return [_reach(row, known.get(row.person_id, []), order, lost) for row in rows]


def ladder(channels: Collection[str]) -> list[str]:
    """The channels in the order in which they are tried."""
    known = [name for name in LADDER if name in channels]
    return [*known, *sorted(set(channels) - set(LADDER))]


def _rank_of(order: Sequence[str]) -> ColumnElement[int]:
    """The place of an identity's channel on the ladder."""
    return case(*((Identity.platform == name, n) for n, name in enumerate(order)), else_=NOWHERE)


def _reach(
    row: Any, known: Sequence[tuple[str, str]], order: Sequence[str], lost: set[str]
) -> Reached:
    ways = sorted(known, key=lambda way: order.index(way[0]))
    if row.phone and WHATSAPP in order:
        ways.append((WHATSAPP, row.phone))
    if row.email and EMAIL in order and row.email not in lost:
        ways.append((EMAIL, row.email))
    left = [way for way in ways if f"{way[0]}:{way[1]}" != row.tried]
    channel, address = left[0] if left else (None, None)
    return Reached(row.key, row.person_id, row.guest_id, channel, address)


def _addresses(
    session: Session, ids: Sequence[int], order: Sequence[str]
) -> dict[int, list[tuple[str, str]]]:
    rows = session.execute(
        select(Identity.person_id, Identity.platform, Identity.address)
        .where(
            Identity.person_id.in_(ids),
            Identity.reachable.is_(True),
            Identity.platform.in_(order),
        )
        .order_by(Identity.id)
    )
    found: dict[int, list[tuple[str, str]]] = {}
    for person_id, platform, address in rows:
        found.setdefault(person_id, []).append((platform, address))
    return found


def _lost(session: Session, emails: Iterable[str]) -> set[str]:
    """Addresses of which we know that nothing is to be sent there."""
    query = select(Identity.address).where(
        Identity.platform == EMAIL,
        Identity.address.in_(sorted(set(emails))),
        Identity.unreachable_reason.is_not(None),
    )
    return set(session.scalars(query))


def _guests() -> Select[*tuple[Any, ...]]:
    return select(
        Guest.id.label("key"),
        Guest.person_id,
        Guest.id.label("guest_id"),
        Guest.phone,
        Guest.email,
        cast(null(), String).label("tried"),
    )


def _members(group: Group, audience: Audience) -> Select[*tuple[Any, ...]]:
    nothing = cast(null(), String)
    inside = below(group.id) if audience.tree else select(literal(group.id))
    query = (
        select(
            Member.person_id.label("key"),
            Member.person_id,
            null().label("guest_id"),
            nothing.label("phone"),
            nothing.label("email"),
            nothing.label("tried"),
        )
        .where(Member.group_id.in_(inside), Member.state == MemberState.ACTIVE)
        .distinct()
    )
    if audience.role is not None:
        query = query.where(Member.role == Role(audience.role))
    return query.where(Member.person_id != audience.but) if audience.but else query


def _missed(broadcast_id: int) -> Select[*tuple[Any, ...]]:
    """Whom nothing has arrived at, by the channel that was tried or by one that took over. What was
    called back was not `tried`.
    """
    outbox = select(Broadcast.outbox_id).where(Broadcast.id == broadcast_id).scalar_subquery()
    arrived = Delivery.outbox_id == outbox, Delivery.status.in_([*ARRIVED, "pending", "sending"])
    here = exists().where(
        *arrived,
        Delivery.channel == BroadcastRecipient.channel,
        Delivery.address == BroadcastRecipient.address,
    )
    elsewhere = exists().where(
        *arrived,
        Identity.person_id == BroadcastRecipient.person_id,
        Identity.platform == Delivery.channel,
        Identity.address == Delivery.address,
    )
    refused = exists().where(
        Delivery.outbox_id == outbox,
        Delivery.status.in_(REFUSED),
        Delivery.channel == BroadcastRecipient.channel,
        Delivery.address == BroadcastRecipient.address,
    )
    here, elsewhere, refused = (
        one.correlate(BroadcastRecipient) for one in (here, elsewhere, refused)
    )
    place = BroadcastRecipient.channel.concat(":").concat(BroadcastRecipient.address)
    tried = case((refused, place), else_=cast(null(), String))
    return (
        select(
            BroadcastRecipient.id.label("key"),
            BroadcastRecipient.person_id,
            BroadcastRecipient.guest_id,
            Guest.phone,
            Guest.email,
            tried.label("tried"),
        )
        .outerjoin(Guest, Guest.id == BroadcastRecipient.guest_id)
        .where(BroadcastRecipient.broadcast_id == broadcast_id, ~here, ~elsewhere)
    )
