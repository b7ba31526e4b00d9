"""Invites and members by the rules as people know them, beside the real ones in a database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant
from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from core.access import Actor, Member, MemberState, Origin, Role
from core.chats.requests import JoinRequest, RequestState
from core.database import attempt
from core.errors import CoreError
from core.groups import Group, Kind
from core.groups.tree import create_group
from core.invites import Invite, InviteState
from core.invites.redemptions import Redemption
from core.members import admit
from core.people import Identity, Person
from tests.cast import NOW
from tests.core.test_role_sequences import in_memory

PEOPLE = 4  # the first founds the group, the next is its admin, the others are guests
RANK = {role: role.rank for role in Role}


@dataclass
class Issued:
    """An invite by the rules as people know them."""

    public_id: str
    tokens: list[str]
    inviter: int
    to: int | None
    role: Role
    most: int
    until: datetime
    made_at: datetime
    asks: bool = False
    dead: bool = False
    used_by: set[int] = field(default_factory=set)
    declined: bool = False

    def is_open(self, now: datetime) -> bool:
        return not (self.dead or self.declined or now >= self.until or self.is_used_up)

    @property
    def is_used_up(self) -> bool:
        return bool(self.most) and len(self.used_by) >= self.most


class InviteMachine(RuleBasedStateMachine):
    """`roles` is who is a member as what; `out` since when somebody was removed or banned."""

    def __init__(self) -> None:
        super().__init__()
        self.engine = in_memory()
        self.session = Session(self.engine, expire_on_commit=False)
        self.now = NOW
        self.invites: list[Issued] = []
        self.roles: dict[int, Role] = {0: Role.OWNER, 1: Role.ADMIN}
        self.out: dict[int, tuple[MemberState, datetime]] = {}

    @initialize()
    def found(self) -> None:
        s = self.session
        self.people = [Person(name=f"P{n}", created_at=NOW) for n in range(PEOPLE)]
        for number, person in enumerate(self.people):
            s.add(Identity(person=person, platform="test", address=str(number), created_at=NOW))
        s.flush()
        self.group: Group = create_group(
            s, self.actor(0), kind=Kind.TEAM, name="Tigers", now=self.now
        )
        person, founder = self.people[1], Origin.FOUNDER
        admit(
            s,
            None,
            person=person,
            group=self.group,
            role=Role.ADMIN,
            origin=founder,
            now=self.now,
        )
        s.commit()

    def actor(self, who: int) -> Actor:
        return Actor(self.people[who], via="test")

    def may_run(self, who: int) -> bool:
        return RANK.get(self.roles.get(who, Role.VIEWER), 0) >= RANK[Role.ADMIN]

    def stands(self, issued: Issued) -> bool:
        """Whether the inviter could still give it."""
        return self.may_give(issued.inviter, issued.role)

    def may_give(self, who: int, role: Role) -> bool:
        mine = self.roles.get(who)
        return mine is Role.OWNER or (mine is Role.ADMIN and RANK[role] < RANK[Role.ADMIN])

    def lets_in(self, issued: Issued, who: int) -> bool:
        """Whether somebody who is no member comes in by it."""
        state, since = self.out.get(who, (MemberState.LEFT, None))
        if state is MemberState.BANNED:
            return False
        if state is MemberState.REMOVED and since is not None and issued.made_at <= since:
            return False
        return issued.to in (None, who) and issued.is_open(self.now) and self.stands(issued)

    def tried(self, verb: Callable[[], object]) -> bool:
        """Whether the verb was carried out."""
        self.now += timedelta(minutes=1)
        try:
            attempt(self.session, verb)
        except CoreError:
            return False
        finally:
            self.session.commit()
        return True

    def pick(self, which: int) -> Issued | None:
        """One of the last three: more would hardly meet."""
        return self.invites[-1 - which % min(len(self.invites), 3)] if self.invites else None

    @invariant()
    def nobody_is_in_whom_the_rules_keep_out(self) -> None:
        query = select(Member).where(Member.state == MemberState.ACTIVE)
        found = {self.number(row.person_id): row.role for row in self.session.scalars(query)}
        assert found == self.roles

    @invariant()
    def no_invite_is_used_more_often_than_it_may_be(self) -> None:
        times = func.count().label("times")
        uses = select(Redemption.invite_id, times).group_by(Redemption.invite_id)
        counted = {row.invite_id: row.times for row in self.session.execute(uses)}
        for invite in self.session.scalars(select(Invite)):
            assert invite.uses == counted.get(invite.id, 0)
            assert invite.max_uses == 0 or invite.uses <= invite.max_uses
            assert invite.state is not InviteState.DECLINED or invite.invitee_id is not None

    @invariant()
    def each_member_came_in_by_something(self) -> None:
        query = select(Member).where(Member.state == MemberState.ACTIVE)
        for row in self.session.scalars(query):
            used = select(Redemption.id).where(Redemption.person_id == row.person_id).limit(1)
            approved = (
                select(JoinRequest.id)
                .join(Identity, Identity.id == JoinRequest.identity_id)
                .where(
                    Identity.person_id == row.person_id,
                    JoinRequest.state == RequestState.APPROVED,
                )
                .limit(1)
            )
            match row.origin:
                case Origin.INVITE:
                    assert self.session.scalar(used) is not None
                case Origin.REQUEST:
                    assert self.session.scalar(approved) is not None
                case _:
                    assert row.origin is Origin.FOUNDER

    @invariant()
    def no_invite_that_asks_first_is_used_without_an_admin(self) -> None:
        approved = exists().where(
            JoinRequest.invite_id == Redemption.invite_id,
            JoinRequest.state == RequestState.APPROVED,
            JoinRequest.identity_id == Identity.id,
            Identity.person_id == Redemption.person_id,
        )
        used = select(Redemption.id).join(Invite, Invite.id == Redemption.invite_id)
        assert self.session.scalars(used.where(Invite.asks, ~approved)).all() == []

    def find(self, issued: Issued) -> Invite:
        return self.session.scalars(
            select(Invite).where(Invite.public_id == issued.public_id)
        ).one()

    def membership(self, who: int) -> Select[Member]:
        return select(Member).where(Member.person_id == self.people[who].id)

    def asker(self, request: JoinRequest) -> int:
        return self.number(self.session.get_one(Identity, request.identity_id).person_id)

    def number(self, person_id: int) -> int:
        return [person.id for person in self.people].index(person_id)

    def teardown(self) -> None:
        self.session.close()
        self.engine.dispose()
