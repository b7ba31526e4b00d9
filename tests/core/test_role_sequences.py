"""No sequence of what people may try ends with a right that the table denies, or without an owner.

A plain model of the rules runs beside the real verbs, on a database in memory.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, create_engine, event, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from core.access import Actor, Member, MemberState, Role, role_in
from core.database import attempt
from core.errors import CoreError
from core.groups import Group, Kind
from core.groups.tree import create_group
from core.invites import Offer, create_invite
from core.invites.redemptions import accept_invite
from core.members import admit, find_member, leave_group
from core.members.changes import MemberChange, change_role, lift_ban, remove_member
from core.members.transfers import Transfer, offer_transfer, take_transfer
from core.members.undo import undo_change
from core.people import Person
from core.schema import Base
from tests.cast import NOW

PEOPLE, GROUPS = 5, 3
# The second stands under the first, the third beside it.
PARENTS = {0: None, 1: 0, 2: None}
people = st.integers(0, PEOPLE - 1)
groups = st.integers(0, GROUPS - 1)
roles = st.sampled_from(Role)
Standing = dict[tuple[int, int], Role]


def in_memory() -> Engine:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    event.listen(engine, "connect", lambda raw, _: setattr(raw, "isolation_level", None))
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    Base.metadata.create_all(engine)
    return engine


def rank(role: Role | None) -> int:
    return -list(Role).index(role) if role else -len(Role)


class Sequences(RuleBasedStateMachine):
    """`own` is who holds which role where, by the rules as people know them."""

    def __init__(self) -> None:
        super().__init__()
        self.engine = in_memory()
        self.session = Session(self.engine, expire_on_commit=False)
        self.now = NOW
        self.own: Standing = {}
        self.invites: list[tuple[str, int, int, Role]] = []

    @initialize()
    def found(self) -> None:
        s = self.session
        self.people = [Person(name=f"P{n}", created_at=NOW) for n in range(PEOPLE)]
        s.add_all(self.people)
        s.flush()
        self.groups: list[Group] = []
        for number, above in PARENTS.items():
            group = create_group(
                s, self.actor(number), kind=Kind.TEAM, name=f"G{number}", now=self.now
            )
            group.parent_id = self.groups[above].id if above is not None else None
            self.groups.append(group)
            self.own[number, number] = Role.OWNER
            for other, role in ((3, Role.ADMIN), (4, Role.MEMBER)):
                admit(
                    s,
                    find_member(s, person_id=self.people[other].id, group_id=group.id),
                    person=self.people[other],
                    group=group,
                    role=role,
                    now=self.now,
                )
                self.own[other, number] = role
        s.commit()

    def actor(self, who: int) -> Actor:
        return Actor(self.people[who], via="test")

    def role(self, who: int, where: int) -> Role | None:
        """Own or inherited: admins and owners reach down."""
        above = PARENTS[where]
        inherited = self.role(who, above) if above is not None else None
        reaching = inherited if rank(inherited) >= rank(Role.ADMIN) else None
        return max(self.own.get((who, where)), reaching, key=rank)

    def may_rule(self, who: int, whom: int, where: int, new: Role | None = None) -> bool:
        """The right itself, the target's rank, the new role's rank."""
        mine = self.role(who, where)
        if mine is Role.OWNER:
            return True
        ranks = [rank(self.role(whom, where)), rank(new)]
        return mine is Role.ADMIN and all(other < rank(mine) for other in ranks)

    def is_last_owner(self, who: int, where: int) -> bool:
        owners = [p for (p, g), role in self.own.items() if g == where and role is Role.OWNER]
        return owners == [who]

    def tried(self, verb: Callable[[], object]) -> bool:
        """Whether the verb was carried out."""
        self.now += timedelta(seconds=1)
        try:
            attempt(self.session, verb)
        except CoreError:
            return False
        finally:
            self.session.commit()
        return True

    @rule(who=people, whom=people, where=groups, new=roles)
    def change(self, who: int, whom: int, where: int, new: Role) -> None:
        done = self.tried(
            lambda: change_role(
                self.session,
                self.actor(who),
                group=self.groups[where],
                person_id=self.people[whom].id,
                role=new,
                now=self.now,
            )
        )
        allowed = (whom, where) in self.own and self.may_rule(who, whom, where, new)
        if self.is_last_owner(whom, where) and new is not Role.OWNER:
            allowed = False
        assert done == allowed
        if done:
            self.own[whom, where] = new

    @rule(who=people, whom=people, where=groups, ban=st.booleans())
    def remove(self, who: int, whom: int, where: int, ban: bool) -> None:
        present = (whom, where) in self.own
        done = self.tried(
            lambda: remove_member(
                self.session,
                self.actor(who),
                group=self.groups[where],
                person_id=self.people[whom].id,
                ban=ban,
                now=self.now,
            )
        )
        if present:
            allowed = self.may_rule(who, whom, where) and who != whom
            assert done == (allowed and not self.is_last_owner(whom, where))
        assert not done or rank(self.role(who, where)) >= rank(Role.ADMIN)
        if done:
            self.own.pop((whom, where), None)

    @rule(who=people, whom=people, where=groups)
    def unban(self, who: int, whom: int, where: int) -> None:
        done = self.tried(
            lambda: lift_ban(
                self.session,
                self.actor(who),
                group=self.groups[where],
                person_id=self.people[whom].id,
                now=self.now,
            )
        )
        assert not done or rank(self.role(who, where)) >= rank(Role.ADMIN)

    @rule(who=people, where=groups)
    def leave(self, who: int, where: int) -> None:
        done = self.tried(
            lambda: leave_group(
                self.session, self.actor(who), group=self.groups[where], now=self.now
            )
        )
        assert done == ((who, where) in self.own and not self.is_last_owner(who, where))
        if done:
            del self.own[who, where]

    @rule(who=people, where=groups, offered=roles)
    def invite(self, who: int, where: int, offered: Role) -> None:
        made: list[str] = []

        def verb() -> None:
            offer = Offer(role=offered, max_uses=0)
            group = self.groups[where]
            _, token = create_invite(
                self.session, self.actor(who), group=group, offer=offer, now=self.now
            )
            made.append(token)

        done = self.tried(verb)
        mine = self.role(who, where)
        assert done == (mine is Role.OWNER or (mine is Role.ADMIN and rank(offered) < rank(mine)))
        self.invites += [(token, who, where, offered) for token in made if done]

    @rule(who=people, which=st.integers(0, 20))
    def accept(self, who: int, which: int) -> None:
        if not self.invites:
            return
        token, inviter, where, offered = self.invites[which % len(self.invites)]
        present = (who, where) in self.own
        done = self.tried(
            lambda: accept_invite(self.session, self.actor(who), code=token, now=self.now)
        )
        if done and not present:
            giver = self.role(inviter, where)
            assert giver is Role.OWNER or rank(giver) > rank(offered)
            assert rank(giver) >= rank(Role.ADMIN)
            self.own[who, where] = offered

    @rule(who=people, whom=people, where=groups)
    def offer(self, who: int, whom: int, where: int) -> None:
        done = self.tried(
            lambda: offer_transfer(
                self.session,
                self.actor(who),
                group=self.groups[where],
                person_id=self.people[whom].id,
                now=self.now,
            )
        )
        assert not done or self.role(who, where) is Role.OWNER

    @rule(who=people, which=st.integers(0, 20))
    def take(self, who: int, which: int) -> None:
        offers = self.session.scalars(select(Transfer)).all()
        if not offers:
            return
        offer = offers[which % len(offers)]
        giver, where = self.number(offer.giver_id), self.place(offer.group_id)
        held = self.role(giver, where)
        done = self.tried(
            lambda: take_transfer(
                self.session, self.actor(who), public_id=offer.public_id, now=self.now
            )
        )
        if done:
            assert held is Role.OWNER
            assert offer.receiver_id == self.people[who].id
            self.own[who, where] = Role.OWNER
            if giver != who and self.own.get((giver, where)) is Role.OWNER:
                self.own[giver, where] = Role.ADMIN

    @rule(who=people, which=st.integers(0, 20))
    def undo(self, who: int, which: int) -> None:
        changes = self.session.scalars(select(MemberChange)).all()
        if not changes:
            return
        found = changes[-1 - which % len(changes)]
        member = self.session.get_one(Member, found.member_id)
        whom, where = self.number(member.person_id), self.place(member.group_id)
        old = found.old_role if found.old_state is MemberState.ACTIVE else None
        allowed = self.may_rule(who, whom, where, old)
        done = self.tried(
            lambda: undo_change(
                self.session, self.actor(who), public_id=found.public_id, now=self.now
            )
        )
        assert not done or allowed
        if done and old is not None:
            self.own[whom, where] = old
        elif done:
            self.own.pop((whom, where), None)

    def number(self, person_id: int) -> int:
        return [person.id for person in self.people].index(person_id)

    def place(self, group_id: int) -> int:
        return [group.id for group in self.groups].index(group_id)

    @invariant()
    def each_group_has_an_owner(self) -> None:
        query = select(Member.group_id).where(
            Member.role == Role.OWNER, Member.state == MemberState.ACTIVE
        )
        assert set(self.session.scalars(query)) >= {group.id for group in self.groups}

    @invariant()
    def nobody_holds_a_role_that_the_rules_deny(self) -> None:
        for who, person in enumerate(self.people):
            for where, group in enumerate(self.groups):
                assert role_in(self.session, person.id, group.id) is self.role(who, where)

    def teardown(self) -> None:
        self.session.close()
        self.engine.dispose()


@pytest.mark.attack(10)
@pytest.mark.attack(27)
@pytest.mark.attack(28)
def test_no_sequence_gives_a_right_that_the_table_denies_or_leaves_no_owner() -> None:
    run_state_machine_as_test(
        Sequences,
        settings=settings(
            max_examples=15,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
