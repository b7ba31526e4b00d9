"""The fixed cast: alice owns the Tigers, bob belongs to them, charlie must be refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TypeVar

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core.access import Actor, MemberState, Role, role_in
from core.chats import bind_chat
from core.database import Database, attempt
from core.errors import CoreError
from core.groups import Group, Kind, get_group
from core.groups.tree import create_group
from core.invites import Offer, create_invite
from core.invites.declining import decline_invite
from core.invites.redemptions import Answer, accept_invite, open_invite
from core.invites.revoking import revoke_invite
from core.members import admit, find_member
from core.model import Base
from core.people import Person, Sender, recognise

T = TypeVar("T")
Row = TypeVar("Row", bound=Base)

NOW = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)
ALICE = Sender(platform="telegram", address="1001", name="Alice", username="alice")
BOB = Sender(platform="telegram", address="1002", name="Bob", username="bob")
CHARLIE = Sender(platform="telegram", address="1003", name="Charlie", username="charlie")


@dataclass
class Clock:
    """A clock that stands still until it is told. Call it for the time."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> datetime:
        """Move on by `hours=`, `seconds=` and so on, as `timedelta` names them."""
        self.now += timedelta(**by)
        return self.now


@dataclass(frozen=True)
class Somebody:
    """A person of the cast. Call it inside a unit of work for their Actor in that session."""

    id: int
    sender: Sender
    system_admin: bool = False
    system_admins: frozenset[str] = frozenset()

    def __call__(self, session: Session) -> Actor:
        person = session.get_one(Person, self.id)
        return Actor(person, self.sender.platform, self.system_admins, self.system_admin)


@dataclass(frozen=True)
class Place:
    """A group of the cast. Call it inside a unit of work for the Group of that session."""

    id: int

    def __call__(self, session: Session) -> Group:
        return get_group(session, self.id)


@dataclass(frozen=True)
class Made:
    """An invite as its inviter got it."""

    id: int
    public_id: str
    token: str


@dataclass
class Cast:
    """The people, their group, and the database that they live in."""

    database: Database
    clock: Clock
    alice: Somebody
    bob: Somebody
    charlie: Somebody
    tigers: Place
    _addresses: count[int] = field(default_factory=lambda: count(2001))

    @property
    def now(self) -> datetime:
        return self.clock.now

    async def write(self, unit: Callable[[Session], T]) -> T:
        """Run `unit` as dispatch runs a verb: a refusal is undone, its aftermath is kept."""

        def run(session: Session) -> T | CoreError:
            try:
                return attempt(session, lambda: unit(session))
            except CoreError as refusal:
                return refusal

        result = await self.database.write(run)
        if isinstance(result, CoreError):
            raise result
        return result

    async def read(self, unit: Callable[[Session], T]) -> T:
        return await self.database.read(unit)

    async def somebody(
        self, name: str = "Dana", *, role: Role | None = None, group: Place | None = None
    ) -> Somebody:
        """One more person; with `role`, a member of the Tigers, or of `group`."""
        sender = Sender(platform="telegram", address=str(next(self._addresses)), name=name)
        person = await self.write(lambda s: _introduce(s, sender, self.now))
        if role is not None:
            await self.join(person, role, group=group)
        return person

    async def crowd(self, size: int) -> list[Somebody]:
        """Many people who are in no group."""
        senders = [
            Sender(platform="telegram", address=str(next(self._addresses)), name=f"Fan {number}")
            for number in range(size)
        ]
        return await self.write(lambda s: [_introduce(s, sender, self.now) for sender in senders])

    async def join(
        self,
        who: Somebody,
        role: Role,
        *,
        label: str | None = None,
        group: Place | None = None,
    ) -> None:
        """Put `who` into the group without an invite, or give them another role there."""
        place = group or self.tigers

        def unit(s: Session) -> None:
            person, group = who(s).person, place(s)
            member = find_member(s, person_id=person.id, group_id=group.id)
            admit(s, member, person=person, group=group, role=role, label=label, now=self.now)

        await self.write(unit)

    async def part(self, who: Somebody, state: MemberState) -> None:
        """Somebody's membership of the Tigers ends as `state`."""

        def unit(s: Session) -> None:
            member = find_member(s, person_id=who.id, group_id=self.tigers.id)
            assert member is not None
            member.state, member.ended_at = state, self.now

        await self.write(unit)

    async def group(
        self, name: str = "Lions", *, owner: Somebody | None = None, parent: Place | None = None
    ) -> Place:
        """One more group, of alice or `owner`, under `parent` if there is one."""

        def unit(s: Session) -> int:
            actor = (owner or self.alice)(s)
            group = create_group(s, actor, kind=Kind.TEAM, name=name, now=self.now)
            group.parent_id = parent.id if parent else None
            return group.id

        return Place(await self.write(unit))

    async def bind(self, address: str = "-100500", *, group: Place | None = None) -> None:
        """Tie a Telegram room to the Tigers, or to `group`."""

        def unit(s: Session) -> None:
            bind_chat(
                s,
                self.alice(s),
                group=(group or self.tigers)(s),
                platform="telegram",
                address=address,
                title="Team room",
                runs_room=True,
                now=self.now,
            )

        await self.write(unit)

    async def invite(
        self,
        *,
        by: Somebody | None = None,
        to: Somebody | None = None,
        group: Place | None = None,
        role: Role = Role.MEMBER,
        ttl: timedelta | None = timedelta(hours=72),
        max_uses: int = 1,
        claim: str | None = None,
        asks: bool = False,
    ) -> Made:
        """An invite to the Tigers from alice, unless it is said otherwise."""

        def unit(s: Session) -> Made:
            invitee = to(s).person if to else None
            offer = Offer(
                role=role, ttl=ttl, max_uses=max_uses, invitee=invitee, claim=claim, asks=asks
            )
            place = (group or self.tigers)(s)
            actor = (by or self.alice)(s)
            invite, token = create_invite(s, actor, group=place, offer=offer, now=self.now)
            return Made(invite.id, invite.public_id, token)

        return await self.write(unit)

    async def open(self, who: Somebody, code: str) -> Answer:
        return await self.write(lambda s: open_invite(s, who(s), code=code, now=self.now))

    async def accept(self, who: Somebody, code: str) -> Answer:
        return await self.write(lambda s: accept_invite(s, who(s), code=code, now=self.now))

    async def decline(self, who: Somebody, code: str) -> Answer:
        return await self.write(lambda s: decline_invite(s, who(s), code=code, now=self.now))

    async def revoke(self, who: Somebody, public_id: str) -> bool:
        """Whether that changed anything."""
        return await self.write(
            lambda s: revoke_invite(s, who(s), public_id=public_id, now=self.now)[1]
        )

    async def role_of(self, who: Somebody) -> Role | None:
        """The role that `who` has in the Tigers, or None."""
        return await self.read(lambda s: role_in(s, who.id, self.tigers.id))

    async def rows(self, kind: type[Row]) -> list[Row]:
        """All rows of a table in the order of their ids."""
        return await rows(self.database, kind)


async def refused(verb: Awaitable[object]) -> CoreError:
    """The refusal that `verb` ends with."""
    with pytest.raises(CoreError) as refusal:
        await verb
    return refusal.value


async def rows(database: Database, kind: type[Row]) -> list[Row]:
    """All rows of a table in the order of their ids."""
    return await database.read(lambda s: list(s.scalars(select(kind).order_by(text("id")))))


async def meet(database: Database, clock: Clock) -> Cast:
    """Put the cast into an empty database."""

    def unit(s: Session) -> Cast:
        alice, bob, charlie = (_introduce(s, who, clock.now) for who in (ALICE, BOB, CHARLIE))
        tigers = create_group(s, alice(s), kind=Kind.TEAM, name="Tigers", now=clock.now)
        admit(s, None, person=bob(s).person, group=tigers, role=Role.MEMBER, now=clock.now)
        return Cast(database, clock, alice, bob, charlie, Place(tigers.id))

    return await database.write(unit)


def met(database: Database, clock: Clock) -> Cast:
    """The cast of a database in which it has met before anything else."""
    alice, bob, charlie = (Somebody(at, who) for at, who in enumerate((ALICE, BOB, CHARLIE), 1))
    return Cast(database, clock, alice, bob, charlie, Place(1))


def _introduce(session: Session, sender: Sender, now: datetime) -> Somebody:
    identity = recognise(session, sender=sender, now=now)
    session.flush()
    return Somebody(identity.person_id, sender)
