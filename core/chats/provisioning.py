"""Provisioning: which of a platform's rooms belong to which groups, told by id or by name.

Planning changes nothing, so it can be shown first; and the same rooms and groups make the same
plan, so that a run that was broken off is simply run again.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import rapidfuzz
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.access import Actor, Permission, allows
from core.chats import Chat
from core.groups import Group, Kind
from core.members.footholds import list_footholds
from core.people import keys_of

# What has a room of its own; an organisation or an event may have one all the same.
HOMES = frozenset({Kind.TEAM, Kind.BAND, Kind.CLASS})
# Of 100: "Tigers U12" and "Tigers U-12" are alike, "Tigers U12" and "Lions U12" are not.
LEAST_LIKENESS = 85.0
MOST_LIKE = 3


@dataclass(frozen=True, slots=True)
class RemoteRoom:
    """A room as its platform has it; `led_by` are the addresses of who runs it there."""

    address: str
    title: str
    share_url: str | None
    led_by: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Likeness:
    """A group and a room whose names are nearly the same: somebody has to say whether they are."""

    group: Group
    room: RemoteRoom
    likeness: float


@dataclass(frozen=True, slots=True)
class Plan:
    """`matched` are tied already, `ties` will be; `orphaned` are tied to rooms that we do not see.

    `ambiguous` names stand for several groups or several rooms.
    """

    matched: Sequence[tuple[Chat, RemoteRoom]] = ()
    ties: Sequence[tuple[Group, RemoteRoom]] = ()
    near: Sequence[Likeness] = ()
    ambiguous: Sequence[str] = ()
    missing: Sequence[Group] = ()
    orphaned: Sequence[Chat] = ()


@dataclass(frozen=True, slots=True)
class Holdings:
    """What is compared with the rooms: groups, their rooms there, and which rooms are others'."""

    groups: Sequence[Group]
    chats: Sequence[Chat]
    taken: Collection[str] = field(default_factory=frozenset)


def make_plan(holdings: Holdings, rooms: Iterable[RemoteRoom]) -> Plan:
    """Rooms go to groups by the stored id, else by the same name; near names are only suggested."""
    seen = {room.address: room for room in rooms}
    tied = {chat.address for chat in holdings.chats}
    housed = {chat.group_id for chat in holdings.chats}
    free = [one for one in seen.values() if one.address not in tied | set(holdings.taken)]
    lone = [group for group in holdings.groups if group.id not in housed]
    ties, ambiguous = _by_name(lone, free)
    given = {group.id for group, _ in ties}, {room.address for _, room in ties}
    names = {normal(name) for name in ambiguous}
    left = [one for one in lone if one.id not in given[0] and normal(one.name) not in names]
    spare = [one for one in free if one.address not in given[1] and normal(one.title) not in names]
    near = _by_likeness(left, spare)
    suggested = {one.group.id for one in near}
    return Plan(
        matched=[(one, seen[one.address]) for one in holdings.chats if one.address in seen],
        ties=ties,
        near=near,
        ambiguous=ambiguous,
        missing=[one for one in left if one.kind in HOMES and one.id not in suggested],
        orphaned=[one for one in holdings.chats if one.address not in seen],
    )


def holdings_of(session: Session, actor: Actor | None, *, platform: str) -> Holdings:
    """The groups whose rooms the actor may tie; without an actor, and for a system admin, all."""
    groups = _groups_of(session, actor)
    ids = {group.id for group in groups}
    chats = list(session.scalars(select(Chat).where(Chat.platform == platform).order_by(Chat.id)))
    return Holdings(
        groups=groups,
        chats=[chat for chat in chats if chat.group_id in ids],
        taken=frozenset(chat.address for chat in chats if chat.group_id not in ids),
    )


def rooms_of(
    session: Session, actor: Actor | None, rooms: Iterable[RemoteRoom], *, platform: str
) -> list[RemoteRoom]:
    """Those that the actor may point a group at: who runs a group here must not be able to take
    somebody else's room for it. Without an actor, and for a system admin, all.
    """
    if actor is None or actor.system_admin:
        return list(rooms)
    keys = keys_of(session, actor.person.id)
    mine = {key.partition(":")[2] for key in keys if key.startswith(f"{platform}:")}
    tied = set(session.scalars(select(Chat.address).where(Chat.platform == platform)))
    return [room for room in rooms if room.address in tied or not mine.isdisjoint(room.led_by)]


def normal(name: str) -> str:
    """A name without case, signs and doubled blanks."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[\W_]+", " ", folded).strip() or folded.strip()


def _groups_of(session: Session, actor: Actor | None) -> list[Group]:
    if actor is None or actor.system_admin:
        return list(session.scalars(_living()))
    footholds = list_footholds(session, actor.person.id)
    mine = {row.group_id for row in footholds if allows(row.role, Permission.BIND_CHAT)}
    return [group for group in session.scalars(_living()) if group.id in mine]


def _living() -> Select[Group]:
    """Groups that are not archived, themselves or by one that they stand under."""
    archived = select(Group.id).where(Group.archived_at.is_not(None)).cte("shut", recursive=True)
    archived = archived.union(select(Group.id).where(Group.parent_id == archived.c.id))
    return select(Group).where(Group.id.not_in(select(archived.c.id))).order_by(Group.id)


def _by_name(
    groups: Sequence[Group], rooms: Sequence[RemoteRoom]
) -> tuple[list[tuple[Group, RemoteRoom]], list[str]]:
    called: Mapping[str, tuple[list[Group], list[RemoteRoom]]] = defaultdict(lambda: ([], []))
    for group in groups:
        called[normal(group.name)][0].append(group)
    for room in rooms:
        called[normal(room.title)][1].append(room)
    ties, ambiguous = [], []
    for theirs, remote in called.values():
        if not theirs or not remote:
            continue
        if len(theirs) == len(remote) == 1 and theirs[0].kind is not Kind.EVENT:
            ties.append((theirs[0], remote[0]))
        else:
            ambiguous.append(theirs[0].name)
    return ties, ambiguous


def _by_likeness(groups: Sequence[Group], rooms: Sequence[RemoteRoom]) -> list[Likeness]:
    titles = [normal(room.title) for room in rooms]
    return [
        Likeness(group, rooms[at], round(likeness, 1))
        for group in groups
        if group.kind in HOMES
        for _, likeness, at in rapidfuzz.process.extract(
            normal(group.name),
            titles,
            scorer=rapidfuzz.fuzz.token_sort_ratio,
            score_cutoff=LEAST_LIKENESS,
            limit=MOST_LIKE,
        )
    ]
