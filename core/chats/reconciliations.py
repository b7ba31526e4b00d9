"""Reconciliation: somebody has asked for a platform's rooms to be compared with their groups."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import BaseModel
from sqlalchemy import ForeignKey, String, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.access import Actor, Permission, allows, require
from core.chats import find_chat
from core.chats.provisioning import RemoteRoom
from core.chats.ties import tie_rooms
from core.database import announce
from core.errors import Conflict, Forbidden, NotFound
from core.facts import RoomsReconciled
from core.groups import Group, get_group
from core.members.footholds import list_footholds
from core.model import Base, Id, Moment, Payload, change, choice
from core.outbox import record
from core.people import Person
from core.platform_notes import recall

TOPIC = "reconcile"
# By which the worker says that the platform is there at all.
ACCOUNT_NOTE = "account"
# Whoever creates rooms or adds people by API was told once that this is closed to them.
CLOSED_TO_CREATE = "closed: creating"
LEASE = timedelta(minutes=15)


class ReconciliationState(StrEnum):
    ASKED = "asked"
    DONE = "done"


class Near(BaseModel):
    """A suggestion, as it is kept: all that is needed to tie the room at a tap."""

    group_id: int
    group: str
    address: str
    room: str
    share_url: str | None


class Missing(BaseModel):
    group_id: int
    group: str


class Report(BaseModel):
    """What came of it. `changed` are the names of what is otherwise than before; `foreign` counts
    the rooms that others run, as far as we know the asker's account there.
    """

    rooms: int = 0
    matched: int = 0
    changed: list[str] = []
    missing: list[Missing] = []
    ambiguous: list[str] = []
    near: list[Near] = []
    orphaned: list[str] = []
    unshared: list[str] = []
    closed: bool = False
    foreign: int = 0


class Reconciliation(Base):
    """`everything`: for all groups, as a system admin asks. `create_for_id` is a group that is to
    get a new room on the platform, if it lets us make one.
    """

    __tablename__ = "reconciliations"

    id: Mapped[Id]
    platform: Mapped[str] = mapped_column(String(16))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"))
    create_for_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id", ondelete="SET NULL"))
    everything: Mapped[bool]
    via: Mapped[str] = mapped_column(String(16))
    state: Mapped[ReconciliationState] = mapped_column(choice(ReconciliationState, "state"))
    asked_at: Mapped[Moment]
    lease_until: Mapped[Moment | None]
    done_at: Mapped[Moment | None]
    report: Mapped[Payload | None]

    @property
    def outcome(self) -> Report:
        return Report.model_validate(self.report or {})


def ask_to_reconcile(
    session: Session,
    actor: Actor,
    *,
    platform: str,
    now: datetime,
    create_for: Group | None = None,
) -> Reconciliation:
    """Have the rooms compared with the actor's groups. What was asked and is not done yet goes on.

    Raises Conflict when the platform is not set up, Forbidden for who may tie no room.
    """
    if recall(session, platform=platform, name=ACCOUNT_NOTE) is None:
        raise Conflict("platform_not_set_up")
    if create_for is not None:
        require(session, actor, Permission.BIND_CHAT, create_for)
    home = create_for or _home(session, actor)
    waiting = _last(session, actor, platform)
    if waiting is not None and waiting.state is ReconciliationState.ASKED and create_for is None:
        return waiting
    asked = Reconciliation(
        platform=platform,
        person_id=actor.person.id,
        group_id=home.id,
        create_for_id=create_for.id if create_for else None,
        everything=actor.system_admin,
        via=actor.via,
        state=ReconciliationState.ASKED,
        asked_at=now,
    )
    session.add(asked)
    session.flush()
    announce(session, TOPIC)
    return asked


def find_last(session: Session, actor: Actor, *, platform: str) -> Reconciliation | None:
    """The latest that the actor asked for. Raises Forbidden for who may tie no room."""
    _home(session, actor)
    return _last(session, actor, platform)


def tie_suggested(
    session: Session, actor: Actor, *, platform: str, address: str, group_id: int, now: datetime
) -> Group:
    """Tie a room that was suggested to the actor, and go on comparing.

    Raises NotFound when it was not, or is no longer; Conflict when somebody was quicker.
    """
    last = _last(session, actor, platform)
    suggested = last.outcome.near if last is not None else []
    near = next((n for n in suggested if (n.address, n.group_id) == (address, group_id)), None)
    if near is None:
        raise NotFound("suggestion_over")
    group = get_group(session, group_id)
    require(session, actor, Permission.BIND_CHAT, group)
    ties = [(group_id, RemoteRoom(near.address, near.room, near.share_url))]
    tie_rooms(session, actor, platform=platform, ties=ties, now=now)
    if not _is_tied(session, platform, address, group_id):
        raise Conflict("room_taken")
    ask_to_reconcile(session, actor, platform=platform, now=now)
    return group


def claim_next(session: Session, *, platform: str, now: datetime) -> Reconciliation | None:
    """The oldest that waits, ours until the lease ends: who dies over it leaves it to the next."""
    free = or_(Reconciliation.lease_until.is_(None), Reconciliation.lease_until < now)
    waiting = Reconciliation.platform == platform, Reconciliation.state == ReconciliationState.ASKED
    found = session.scalar(
        select(Reconciliation).where(*waiting, free).order_by(Reconciliation.id).limit(1)
    )
    if found is None:
        return None
    claim = update(Reconciliation).where(Reconciliation.id == found.id, free)
    if not change(session, claim.values(lease_until=now + LEASE)):
        return None
    return found


def asker_of(session: Session, asked: Reconciliation) -> Actor:
    """Who asked, with the rights that they asked with."""
    person = session.get_one(Person, asked.person_id)
    return Actor(person, via=asked.via, system_admin=asked.everything)


def finish(session: Session, asked_id: int, report: Report, *, now: datetime) -> None:
    """Write down what came of it, and have who asked told."""
    asked = session.get_one(Reconciliation, asked_id)
    if asked.state is ReconciliationState.DONE:
        return
    asked.state, asked.done_at, asked.lease_until = ReconciliationState.DONE, now, None
    asked.report = report.model_dump(mode="json")
    done = RoomsReconciled(group_id=asked.group_id, person_id=asked.person_id, asked_id=asked_id)
    record(session, done, now=now)


def _home(session: Session, actor: Actor) -> Group:
    """A group that the actor may tie rooms to. Raises Forbidden."""
    if actor.system_admin:
        first = session.scalar(select(Group).order_by(Group.id).limit(1))
        if first is not None:
            return first
    for row in list_footholds(session, actor.person.id):
        if allows(row.role, Permission.BIND_CHAT):
            return row.group
    raise Forbidden("nothing_to_reconcile")


def _last(session: Session, actor: Actor, platform: str) -> Reconciliation | None:
    mine = Reconciliation.person_id == actor.person.id, Reconciliation.platform == platform
    return session.scalar(
        select(Reconciliation).where(*mine).order_by(Reconciliation.id.desc()).limit(1)
    )


def _is_tied(session: Session, platform: str, address: str, group_id: int) -> bool:
    chat = find_chat(session, platform=platform, address=address)
    return chat is not None and chat.group_id == group_id
