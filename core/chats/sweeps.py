"""Sweep: asking the platform, one by one, whether those we believe in a room are there.

Platforms forget to tell who left. Each night, and when an admin asks, a room is swept: everybody
who is a member of its group or was last seen in the room, in the order of their identities.
How far a sweep has come stands in the room's row, so that it goes on after a restart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from core.access import Actor, Member, MemberState, Permission, require
from core.audit import note
from core.chats import Chat, Loss
from core.chats.occupants import Occupant, Presence, note_presence
from core.database import announce
from core.groups import Group
from core.model import change
from core.people import Identity

TOPIC = "sweep"


@dataclass(frozen=True, slots=True)
class Batch:
    """The next to be asked about in one room, by identity id and address; none: it is done."""

    chat_id: int
    platform: str
    address: str
    people: tuple[tuple[int, str], ...]


def start_sweeps(session: Session, *, before: datetime, now: datetime) -> int:
    """Begin a sweep of each room that was not swept since `before`; how many rooms.

    A room that we were thrown out of can't be asked about.
    """
    return change(
        session,
        update(Chat)
        .where(
            Chat.sweep_since.is_(None),
            or_(Chat.swept_at.is_(None), Chat.swept_at < before),
            or_(Chat.lost_reason.is_(None), Chat.lost_reason != Loss.REMOVED),
        )
        .values(sweep_since=now, sweep_after=None),
    )


def sweep_now(session: Session, actor: Actor, *, group: Group, now: datetime) -> int:
    """Begin a sweep of the group's rooms at once; how many rooms it has. Raises Forbidden,
    NotFound. A sweep that is on its way is not begun again.
    """
    require(session, actor, Permission.TEND_ROOMS, group)
    idle = update(Chat).where(Chat.group_id == group.id, Chat.sweep_since.is_(None))
    started = change(session, idle.values(sweep_since=now, sweep_after=None))
    if started:
        note(session, actor, action="room.sweep_asked", group=group, now=now)
        announce(session, TOPIC)
    return len(session.scalars(select(Chat.id).where(Chat.group_id == group.id)).all())


def next_batch(session: Session, *, platform: str, limit: int) -> Batch | None:
    """Of the room whose sweep waits longest, who comes next. None when no room is being swept."""
    chat = session.scalar(
        select(Chat)
        .where(Chat.platform == platform, Chat.sweep_since.is_not(None))
        .order_by(Chat.sweep_since, Chat.id)
        .limit(1)
    )
    if chat is None:
        return None
    members = select(Member.person_id).where(
        Member.group_id == chat.group_id, Member.state == MemberState.ACTIVE
    )
    seen = select(Occupant.identity_id).where(
        Occupant.chat_id == chat.id, Occupant.presence == Presence.IN
    )
    believed = (
        select(Identity.id, Identity.address)
        .where(
            Identity.platform == platform,
            Identity.id > (chat.sweep_after or 0),
            or_(Identity.person_id.in_(members), Identity.id.in_(seen)),
        )
        .order_by(Identity.id)
        .limit(limit)
    )
    people = tuple((row.id, row.address) for row in session.execute(believed))
    return Batch(chat.id, platform, chat.address, people)


def note_batch(
    session: Session, batch: Batch, found: Mapping[int, Presence], *, asked_at: datetime
) -> None:
    """Write down what the platform said of the identities in `found`, and how far the sweep is."""
    for identity_id, presence in found.items():
        note_presence(
            session,
            chat_id=batch.chat_id,
            identity_id=identity_id,
            presence=presence,
            seen_at=asked_at,
        )
    room = update(Chat).where(Chat.id == batch.chat_id)
    if not batch.people:
        done = {"swept_at": Chat.sweep_since, "sweep_since": None, "sweep_after": None}
        change(session, room.values(done))
    elif found:
        change(session, room.values(sweep_after=max(found)))


def give_up(session: Session, batch: Batch, *, now: datetime) -> None:
    """The room itself can't be asked about: it is tried again the next night."""
    room = update(Chat).where(Chat.id == batch.chat_id)
    change(session, room.values(swept_at=now, sweep_since=None, sweep_after=None))
