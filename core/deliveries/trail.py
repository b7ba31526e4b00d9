"""The trail of messages as people look at it: what waits, is uncertain, failed or died, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    bindparam,
    func,
    literal_column,
    select,
    true,
)
from sqlalchemy.orm import Session, contains_eager

from core.access import Actor, Member, Permission, require
from core.chats import find_chat
from core.deliveries import Delivery, DeliveryStatus
from core.errors import NotFound
from core.groups import Group, below
from core.invites.whom import EMAIL
from core.outbox import EventStatus, OutboxEvent
from core.pages import Cursor, Page, turn_to
from core.people import find_identity
from core.rosters.guardian_names import guardian_named
from core.rosters.welcomes import TO_GUARDIANS

PAGE_SIZE = 10
# Whoever gets these was chosen by the group's own people, member or not.
TO_OUTSIDERS = frozenset({"invite_card", "request_question", "request_outcome"})
# These go to addresses that the group's own people wrote down.
TO_WRITTEN_DOWN = frozenset({"invite", "reminder"})


class View(StrEnum):
    """One list of the trail. `UNREAD` are facts that died before there was anything to send,
    `SKIPPED` messages for which there was no way to begin with.
    """

    WAITING = "waiting"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    DEAD = "dead"
    UNREAD = "unread"
    SKIPPED = "skipped"


STATUSES: dict[View, tuple[DeliveryStatus, ...]] = {
    View.WAITING: (DeliveryStatus.PENDING, DeliveryStatus.SENDING),
    View.UNCERTAIN: (DeliveryStatus.UNCERTAIN,),
    View.FAILED: (DeliveryStatus.FAILED,),
    View.DEAD: (DeliveryStatus.DEAD,),
    View.SKIPPED: (DeliveryStatus.CANCELLED,),
}
# What somebody called off is as they wanted it.
CALLED_OFF = "called off by hand"


Realm = list[int] | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One message, or one fact. `room` and `person` are whom it is for, where the asker may know;
    `reason` is what went wrong last.
    """

    id: int
    kind: str
    channel: str
    room: str | None
    person: str | None
    status: str
    since: datetime
    reason: str | None


def require_trail(session: Session, actor: Actor, group: Group | None) -> None:
    """The trail of a group with all below it, or without `group` of everybody, which only a
    system admin may see. Raises NotFound, Forbidden or Conflict.
    """
    if group is not None:
        require(session, actor, Permission.TEND_OUTBOX, group)
    elif not actor.system_admin:
        raise NotFound("group_unknown")


def count_trail(session: Session, actor: Actor, *, group: Group | None) -> dict[View, int]:
    """How long each list is."""
    require_trail(session, actor, group)
    within = realm(session, group)
    found = {view: _count(session, of_view(view, within)) for view in STATUSES}
    return {**found, View.UNREAD: _count(session, _unread(within))}


def list_trail(
    session: Session,
    actor: Actor,
    *,
    group: Group | None,
    view: View,
    cursor: Cursor | None = None,
    size: int = PAGE_SIZE,
) -> Page[Entry]:
    """One of the lists, newest first, `size` a page."""
    require_trail(session, actor, group)
    within = realm(session, group)
    if view is View.UNREAD:
        facts = _turn(session, _unread(within), OutboxEvent.id, cursor, size)
        return Page([_fact_entry(row) for row in facts.rows], facts.previous, facts.next)
    query = of_view(view, within).options(contains_eager(Delivery.event))
    page = _turn(session, query, Delivery.id, cursor, size)
    entries = [entry_of(session, actor, row) for row in page.rows]
    return Page(entries, page.previous, page.next)


def realm(session: Session, group: Group | None) -> Realm:
    """The ids of the group and all below it; None is everybody's.

    Asked for first: the driver of SQLite does not count what an UPDATE with a recursion changed.
    """
    return None if group is None else list(session.scalars(below(group.id)))


def of_view(view: View, within: Realm) -> Select[Delivery]:
    """The deliveries of a view, joined with their facts."""
    query = select(Delivery).join(Delivery.event)
    if view is View.SKIPPED:
        return query.where(*_SKIPPED, of_groups(within))
    if view is not View.WAITING:  # spelled out, or the partial index does not serve
        query = query.where(Delivery.status.in_(spelt("trouble", _TROUBLE)))
    return query.where(Delivery.status.in_(spelt("view", STATUSES[view])), of_groups(within))


def _unread(within: Realm) -> Select[OutboxEvent]:
    dead = OutboxEvent.status.in_(spelt("dead", (EventStatus.DEAD,)))
    return select(OutboxEvent).where(dead, of_groups(within))


# Spelled out for the same reason; without a reason somebody's wish to be forgotten ended it.
_SKIPPED = (
    Delivery.status == literal_column("'cancelled'"),
    Delivery.attempts == literal_column("0"),
    Delivery.last_error != CALLED_OFF,
)
_TROUBLE = (DeliveryStatus.FAILED, DeliveryStatus.DEAD, DeliveryStatus.UNCERTAIN)


def spelt(name: str, values: Sequence[StrEnum]) -> BindParameter[Any]:
    """Values for `in_` that stand in the statement itself: a partial index serves only those."""
    return bindparam(name, tuple(values), expanding=True, literal_execute=True)


def of_groups(within: Realm) -> ColumnElement[bool]:
    """The condition that a fact belongs to one of these groups."""
    return true() if within is None else OutboxEvent.group_id.in_(within)


def _count(session: Session, query: Select[Any]) -> int:
    return session.scalars(query.with_only_columns(func.count(), maintain_column_froms=True)).one()


def _turn(
    session: Session, query: Select[Any], key: Any, cursor: Cursor | None, size: int
) -> Page[Any]:
    return turn_to(
        session,
        query,
        key=key,
        id_of=lambda row: row.id,
        cursor=cursor,
        size=size,
        newest_first=True,
    )


def entry_of(session: Session, actor: Actor, row: Delivery) -> Entry:
    """The message as the actor may see it; its fact is loaded."""
    chat = find_chat(session, platform=row.channel, address=row.address)
    return Entry(
        id=row.id,
        kind=row.kind,
        channel=row.channel,
        room=chat.title if chat and chat.group_id == row.event.group_id else None,
        person=_person(session, actor, row),
        status=row.status.value,
        since=row.event.created_at,
        reason=row.last_error,
    )


def _person(session: Session, actor: Actor, row: Delivery) -> str | None:
    """Who it is for, unless it went to somebody above whom the group's admins need not know."""
    identity = find_identity(session, platform=row.channel, address=row.address)
    if row.kind in TO_WRITTEN_DOWN and row.channel == EMAIL:
        return row.address
    if identity is None or row.kind in TO_GUARDIANS:
        return guardian_named(session, row.event.subject, row.channel, row.address)
    known = actor.system_admin or row.kind in TO_OUTSIDERS
    if known or _belongs(session, identity.person_id, row.event.group_id):
        return identity.person.name
    return None


def _belongs(session: Session, person_id: int, group_id: int | None) -> bool:
    here = Member.person_id == person_id, Member.group_id == group_id
    return session.scalar(select(Member.id).where(*here)) is not None


def _fact_entry(row: OutboxEvent) -> Entry:
    return Entry(
        id=row.id,
        kind=row.event_type,
        channel="",
        room=None,
        person=None,
        status=row.status.value,
        since=row.created_at,
        reason=row.last_error,
    )
