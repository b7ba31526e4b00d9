"""No sequence of what may happen to invites lets in anybody whom no invite, founder or admin did.

A plain model of the rules runs beside the real verbs, on a database in memory.
"""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test
from sqlalchemy import select

from core.access import MemberState, Role
from core.chats.asking import ask_for_invite
from core.chats.deciding import decide_request
from core.chats.requests import JoinRequest, RequestState
from core.invites import Invite, Offer, add_token, create_invite
from core.invites.adopting import adopt_invite
from core.invites.declining import decline_invite
from core.invites.redemptions import accept_invite, open_invite
from core.invites.revoking import revoke_invite
from core.members import leave_group
from core.members.changes import change_role, lift_ban, remove_member
from core.people.merges import merge_people
from tests.core.invite_machine import PEOPLE, RANK, InviteMachine, Issued

people = st.integers(0, PEOPLE - 1)
admins = st.sampled_from([0, 1, 1, 1, 2])
guests = st.sampled_from([1, 2, 3, 3, 3])
numbers = st.integers(0, 5)
lower = st.sampled_from([Role.ADMIN, Role.MEMBER, Role.MEMBER])
LEAVINGS = [MemberState.LEFT, MemberState.LEFT, MemberState.REMOVED, MemberState.BANNED]
ROLES = [Role.ADMIN, Role.MEMBER, Role.VIEWER]
if_any = precondition(lambda self: bool(self.invites))


class Invites(InviteMachine):
    """What everybody may try, in any order."""

    @rule(
        who=admins,
        to=st.sampled_from([None, None, 3]),
        role=st.sampled_from([Role.ADMIN, Role.MEMBER, Role.VIEWER]),
        most=st.sampled_from([0, 1, 2]),
        asks=st.booleans(),
    )
    def issue(self, who: int, to: int | None, role: Role, most: int, asks: bool) -> None:
        asks = asks and to is None  # who is asked by name is not asked to wait
        made: list[tuple[Invite, str]] = []
        offer = Offer(
            role=role,
            ttl=timedelta(hours=6),
            max_uses=most,
            invitee=None if to is None else self.people[to],
            asks=asks,
        )
        done = self.tried(
            lambda: made.append(
                create_invite(
                    self.session, self.actor(who), group=self.group, offer=offer, now=self.now
                )
            )
        )
        assert done == self.may_give(who, role)
        for invite, token in made if done else ():
            until, uses = self.now + timedelta(hours=6), invite.max_uses
            self.invites.append(
                Issued(invite.public_id, [token], who, to, role, uses, until, self.now, asks)
            )

    @if_any
    @rule(which=numbers)
    def resend(self, which: int) -> None:
        if issued := self.pick(which):
            invite = self.find(issued)
            issued.tokens.append(add_token(self.session, invite, now=self.now))
            self.session.commit()

    @if_any
    @rule(who=people, which=numbers)
    def revoke(self, who: int, which: int) -> None:
        if issued := self.pick(which):
            done = self.tried(
                lambda: revoke_invite(
                    self.session, self.actor(who), public_id=issued.public_id, now=self.now
                )
            )
            assert done == self.may_run(who)
            issued.dead |= done

    @if_any
    @rule(who=people, which=numbers)
    def adopt(self, who: int, which: int) -> None:
        if issued := self.pick(which):
            stood = self.stands(issued)
            done = self.tried(
                lambda: adopt_invite(
                    self.session, self.actor(who), public_id=issued.public_id, now=self.now
                )
            )
            if done:
                assert not stood
                issued.inviter = who
                assert self.stands(issued)
                assert issued.is_open(self.now)

    @rule(hours=st.integers(1, 4))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @if_any
    @rule(who=people, which=numbers)
    def look(self, who: int, which: int) -> None:
        if issued := self.pick(which):
            self.look_at(issued, who)

    def look_at(self, issued: Issued, who: int) -> None:
        """Nothing is used up by looking, whatever comes of it."""
        code = issued.tokens[-1]
        self.tried(lambda: open_invite(self.session, self.actor(who), code=code, now=self.now))

    @if_any
    @rule(who=people, which=numbers, older=st.booleans())
    def accept(self, who: int, which: int, older: bool) -> None:
        if issued := self.pick(which):
            token = issued.tokens[0 if older else -1]
            done = self.tried(
                lambda: accept_invite(self.session, self.actor(who), code=token, now=self.now)
            )
            if who not in self.roles:
                assert done == self.lets_in(issued, who)
                if done and not issued.asks:
                    issued.used_by.add(who)
                    self.roles[who] = issued.role
                    self.out.pop(who, None)

    @if_any
    @rule(who=people, which=numbers)
    def decline(self, who: int, which: int) -> None:
        if issued := self.pick(which):
            done = self.tried(
                lambda: decline_invite(
                    self.session, self.actor(who), code=issued.tokens[0], now=self.now
                )
            )
            issued.declined |= done and issued.to is not None and who not in self.roles

    @if_any
    @rule(who=people, which=numbers)
    def ask(self, who: int, which: int) -> None:
        if issued := self.pick(which):
            self.look_at(issued, who)
            done = self.tried(
                lambda: ask_for_invite(
                    self.session, self.actor(who), public_id=issued.public_id, now=self.now
                )
            )
            assert not (done and who in self.roles)
            assert not (done and self.lets_in(issued, who))

    @rule(who=people, which=numbers, let_in=st.booleans())
    def decide(self, who: int, which: int, let_in: bool) -> None:
        query = select(JoinRequest).where(JoinRequest.state == RequestState.OPEN)
        waiting = list(self.session.scalars(query))
        if not waiting:
            return
        request = waiting[which % len(waiting)]
        public_id, asker = request.public_id, self.asker(request)
        done = self.tried(
            lambda: decide_request(
                self.session, self.actor(who), public_id=public_id, let_in=let_in, now=self.now
            )
        )
        state, _ = self.out.get(asker, (None, None))
        door = self.door(request, asker) if let_in else None
        may = self.may_run(who) if door is None else self.may_give(who, door.role)
        assert done == (may and not (let_in and state is MemberState.BANNED))
        if done and let_in:
            row = self.session.scalars(self.membership(asker)).one()
            assert row.role is door.role if door else RANK[row.role] <= RANK[Role.MEMBER]
            for used in [door] if door else []:
                used.used_by.add(asker)
            self.roles[asker] = row.role
            self.out.pop(asker, None)

    def door(self, request: JoinRequest, asker: int) -> Issued | None:
        """The invite that had them ask first, as long as it lets them in."""
        invite = self.session.get(Invite, request.invite_id)
        [issued] = [one for one in self.invites if invite and one.public_id == invite.public_id]
        return issued if issued.asks and self.lets_in(issued, asker) else None

    @rule(
        who=st.sampled_from([1, 1, 3]), role=st.sampled_from([Role.ADMIN, Role.MEMBER, Role.MEMBER])
    )
    def rerank(self, who: int, role: Role) -> None:
        """The founder makes somebody an admin, or takes that away."""
        done = self.tried(
            lambda: change_role(
                self.session,
                self.actor(0),
                group=self.group,
                person_id=self.people[who].id,
                role=role,
                now=self.now,
            )
        )
        assert done == (who in self.roles)
        if done:
            self.roles[who] = role

    @precondition(lambda self: len(self.roles) > 1)
    @rule(who=guests, how=st.sampled_from(MemberState))
    def part(self, who: int, how: MemberState) -> None:
        """They leave, or the founder removes or bans them."""
        done = how is not MemberState.ACTIVE and self.tried(lambda: self.end(who, how))
        if done:
            self.roles.pop(who, None)
            self.out[who] = (how, self.now)

    @precondition(lambda self: MemberState.BANNED in {state for state, _ in self.out.values()})
    @rule(who=guests)
    def pardon(self, who: int) -> None:
        """Whoever was banned may be invited anew, and comes in by nothing from before."""
        state, _ = self.out.get(who, (None, None))
        person_id = self.people[who].id
        done = self.tried(
            lambda: lift_ban(
                self.session, self.actor(0), group=self.group, person_id=person_id, now=self.now
            )
        )
        assert done == (state is MemberState.BANNED)
        if done:
            self.out[who] = (MemberState.REMOVED, self.now)

    def end(self, who: int, how: MemberState) -> None:
        if how is MemberState.LEFT:
            leave_group(self.session, self.actor(who), group=self.group, now=self.now)
            return
        remove_member(
            self.session,
            self.actor(0),
            group=self.group,
            person_id=self.people[who].id,
            ban=how is MemberState.BANNED,
            now=self.now,
        )


@pytest.mark.attack(14)
@pytest.mark.attack(16)
@pytest.mark.attack(19)
@pytest.mark.attack(21)
def test_no_sequence_lets_in_anybody_whom_no_invite_founder_or_admin_did() -> None:
    run_state_machine_as_test(
        Invites,
        settings=settings(
            max_examples=40,
            stateful_step_count=50,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


class Walk:
    """One long life of a group: what hypothesis tries in short ones."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)  # noqa: S311 - it is to be the same each time
        self.world = Invites()
        self.world.found()

    def step(self) -> None:
        pick, world, which = self.dice.choice, self.world, self.dice.randrange(6)
        anybody = self.dice.randrange(PEOPLE)
        deeds = [
            lambda: self.issue(which),
            lambda: world.accept(pick([1, 2, 3, 3]), which, pick([True, False])),
            lambda: world.accept(pick([1, 2, 3, 3]), which, pick([True, False])),
            lambda: world.rerank(1, pick([Role.ADMIN, Role.ADMIN, Role.MEMBER])),
            lambda: world.part(pick([2, 3, 3]), pick(LEAVINGS)),
            lambda: world.decide(pick([0, 0, 1, 2]), which, pick([True, False])),
            lambda: world.pardon(pick([2, 3])),
            lambda: world.ask(anybody, which),
            lambda: world.adopt(anybody, which),
            lambda: world.decline(anybody, which),
            lambda: pick([world.resend, world.wait])(1 + which % 4),
            lambda: world.revoke(pick([0, 2]), which) if pick([True, False]) else None,
        ]
        pick(deeds)()

    def issue(self, which: int) -> None:
        pick = self.dice.choice
        self.world.issue(
            pick([0, 1, 1]), pick([None, None, 3]), pick(ROLES), which % 3, pick([True, False])
        )

    def check(self) -> None:
        self.world.nobody_is_in_whom_the_rules_keep_out()
        self.world.no_invite_is_used_more_often_than_it_may_be()
        self.world.each_member_came_in_by_something()
        self.world.no_invite_that_asks_first_is_used_without_an_admin()

    def meet_oneself(self) -> None:
        """Two guests turn out to be one: what they used and came in by stays accounted for."""
        world, (kept, gone) = self.world, self.world.people[2:4]
        actor = world.actor(2)
        assert world.tried(
            lambda: merge_people(world.session, actor, kept=kept, gone=gone, now=world.now)
        )
        world.no_invite_is_used_more_often_than_it_may_be()
        world.each_member_came_in_by_something()
        world.no_invite_that_asks_first_is_used_without_an_admin()


@pytest.mark.attack(14)
@pytest.mark.attack(16)
@pytest.mark.attack(19)
@pytest.mark.parametrize("seed", [7, 11])
def test_a_long_walk_ends_where_the_rules_say(seed: int) -> None:
    walk = Walk(seed)
    for number in range(1000):
        walk.step()
        if number % 5 == 0:
            walk.check()
    walk.check()
    walk.meet_oneself()
    walk.world.teardown()
