"""No sequence at the rooms' doors, mixed with all that else is tried, ends with a denied right."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test
from sqlalchemy import select

from core.access import MemberState, Role
from core.chats import Chat
from core.chats.deciding import decide_request
from core.chats.drift import write_off
from core.chats.knocks import Knock, receive_knock
from core.chats.requests import JoinRequest, RequestState, find_request
from core.members import find_member
from core.people import Identity, Sender
from tests.cast import NOW
from tests.core.test_role_sequences import Sequences, groups, people, rank

ROOM = "room {}"


class Doors(Sequences):
    """Each group has a room with a door."""

    def sender(self, who: int) -> Sender:
        """Who knocks, known by an identity from then on."""
        held = select(Identity.id).where(Identity.person_id == self.people[who].id)
        if self.session.scalar(held) is None:
            one = Identity(platform="test", address=str(who), created_at=NOW)
            one.person_id = self.people[who].id
            self.session.add(one)
        return Sender("test", str(who), f"P{who}")

    def open_door(self, where: int) -> str:
        room, group = ROOM.format(where), self.groups[where]
        if self.session.scalar(select(Chat.id).where(Chat.address == room)) is None:
            made = Chat(platform="test", address=room, title=room, bound_at=NOW)
            made.group_id = group.id
            self.session.add(made)
        self.session.commit()
        return room

    @rule(who=people, where=groups)
    def knock(self, who: int, where: int) -> None:
        sender, room = self.sender(who), self.open_door(where)
        asked = Knock("test", room, sender, sender.address, self.now, None)
        assert self.tried(lambda: receive_knock(self.session, asked, now=self.now))

    @rule(who=people, which=st.integers(0, 20), let_in=st.booleans())
    def decide(self, who: int, which: int, let_in: bool) -> None:
        waiting = select(JoinRequest.public_id).where(JoinRequest.state == RequestState.OPEN)
        codes = self.session.scalars(waiting.order_by(JoinRequest.id)).all()
        if not codes:
            return
        code = codes[which % len(codes)]
        request = find_request(self.session, code)
        assert request is not None
        whom, where = self.number(request.person.id), self.place(request.group.id)
        done = self.tried(
            lambda: decide_request(
                self.session, self.actor(who), public_id=code, let_in=let_in, now=self.now
            )
        )
        runs = rank(self.role(who, where)) >= rank(Role.ADMIN)
        assert done == (runs and not (let_in and self.is_banned(whom, where)))
        if done and let_in:
            self.own.setdefault((whom, where), Role.MEMBER)

    @rule(who=people, whom=people, where=groups)
    def write_off(self, who: int, whom: int, where: int) -> None:
        group, person = self.groups[where], self.people[whom]
        member = find_member(self.session, person_id=person.id, group_id=group.id)
        if member is None:
            return
        done = self.tried(
            lambda: write_off(self.session, self.actor(who), member_id=member.id, now=self.now)
        )
        if done and (whom, where) in self.own:
            assert self.may_rule(who, whom, where)
            assert not self.is_last_owner(whom, where)
            del self.own[whom, where]

    def is_banned(self, who: int, where: int) -> bool:
        group, person = self.groups[where], self.people[who]
        member = find_member(self.session, person_id=person.id, group_id=group.id)
        return member is not None and member.state is MemberState.BANNED


@pytest.mark.attack(10)
@pytest.mark.attack(27)
def test_no_sequence_at_the_doors_gives_a_right_that_the_table_denies() -> None:
    run_state_machine_as_test(
        Doors,
        settings=settings(
            max_examples=15,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
