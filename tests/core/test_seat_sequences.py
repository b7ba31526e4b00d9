"""No sequence of answers, offers, changes and cancels gives more seats than there are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine, Select, create_engine, select, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from core.access import Actor
from core.errors import CoreError
from core.events import Event, get_event, lock_event
from core.events.editing import cancel_event, edit_event
from core.events.making import create_event
from core.events.plans import EventPlan
from core.groups import Kind
from core.groups.tree import create_group
from core.guests import Guest, GuestStatus
from core.guests.answering import answer_event
from core.guests.rsvp import Answer, Wish
from core.guests.seats import expire_offers, first_in_line, seats_left, seats_taken, settle_seats
from core.model import Base
from core.people import Person
from tests.cast import NOW

PEOPLE = 6
people = st.integers(0, PEOPLE - 1)


class Seats(RuleBasedStateMachine):
    """Six people, an event with few seats, and time that passes, in empty tables."""

    empty: ClassVar[Callable[[], Session]]

    def __init__(self) -> None:
        super().__init__()
        self.session = type(self).empty()
        self.now = NOW
        self.actors = [self.person(number) for number in range(PEOPLE)]
        team = create_group(self.session, self.actors[0], kind=Kind.TEAM, name="Team", now=self.now)
        plan = EventPlan(
            timezone="UTC", starts_at=NOW + timedelta(days=30), capacity=3, plus_ones=3
        )
        event = create_event(
            self.session, self.actors[0], name="Cup", plan=plan, parent=team, now=self.now
        )
        self.team, self.event_id = team.id, event.id
        self.session.commit()

    def person(self, number: int) -> Actor:
        one = Person(name=f"P{number}", created_at=self.now)
        self.session.add(one)
        self.session.flush()
        return Actor(one, "test")

    def tried(self, verb: Callable[[], object]) -> bool:
        """A refusal undoes what its verb did, as the dispatcher does."""
        try:
            with self.session.begin_nested():
                verb()
        except CoreError:
            done = False
        else:
            done = True
        self.session.commit()
        return done

    @property
    def event(self) -> Event:
        return get_event(self.session, self.event_id)

    @rule(who=people, said=st.sampled_from(Answer), plus=st.none() | st.integers(0, 3))
    def answer(self, who: int, said: Answer, plus: int | None) -> None:
        wish = Wish(said, plus_ones=plus)
        before = seats_taken(self.session, self.event_id)
        done = self.tried(
            lambda: answer_event(
                self.session,
                self.actors[who],
                event_id=self.event_id,
                wish=wish,
                room_of=self.team,
                now=self.now,
            )
        )
        if done and said is Answer.YES:
            guest = self.guest(who)
            assert guest.status in (GuestStatus.CONFIRMED, GuestStatus.WAITLISTED)
        if not done:
            assert seats_taken(self.session, self.event_id) <= max(before, self.seats)

    @rule(seats=st.integers(1, 8))
    def change_seats(self, seats: int) -> None:
        taken = seats_taken(self.session, self.event_id)
        done = self.tried(
            lambda: edit_event(
                self.session,
                self.actors[0],
                event_id=self.event_id,
                changes={"capacity": seats},
                now=self.now,
            )
        )
        assert done == (seats >= taken and self.event.cancelled_at is None)

    @rule(days=st.integers(1, 5))
    def move(self, days: int) -> None:
        starts = self.event.starts_at
        assert starts is not None
        changes = {"starts_at": starts + timedelta(days=days)}
        self.tried(
            lambda: edit_event(
                self.session,
                self.actors[0],
                event_id=self.event_id,
                changes=changes,
                now=self.now,
            )
        )

    @rule(who=people)
    def take_off_the_list(self, who: int) -> None:
        guest = self.session.scalar(self.row(who))
        if guest is not None:
            guest.removed_at = self.now
            settle_seats(self.session, lock_event(self.session, self.event_id), now=self.now)
            self.session.commit()

    @rule(hours=st.integers(1, 30))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        while self.tried_expiry():
            pass

    def tried_expiry(self) -> bool:
        done = expire_offers(self.session, now=self.now)
        self.session.commit()
        return done

    @rule(sure=st.integers(0, 9))
    def cancel(self, sure: int) -> None:
        if sure:  # seldom: nothing happens afterwards
            return
        self.tried(
            lambda: cancel_event(self.session, self.actors[0], event_id=self.event_id, now=self.now)
        )

    @property
    def seats(self) -> int:
        return self.event.capacity or 0

    def row(self, who: int) -> Select[Guest]:
        return select(Guest).where(
            Guest.event_id == self.event_id, Guest.person_id == self.actors[who].person.id
        )

    def guest(self, who: int) -> Guest:
        found = self.session.scalar(self.row(who))
        assert found is not None
        return found

    @invariant()
    def never_are_more_seats_given_than_there_are(self) -> None:
        assert seats_taken(self.session, self.event_id) <= self.seats

    @invariant()
    def nobody_waits_while_their_seats_are_free(self) -> None:
        event = self.event
        first = first_in_line(self.session, event)
        begun = event.starts_at is not None and event.starts_at <= self.now
        if event.cancelled_at is None and not begun and first is not None:
            assert first.party > (seats_left(self.session, event) or 0)

    @invariant()
    def who_is_seated_waits_for_nothing_and_who_said_no_holds_nothing(self) -> None:
        for guest in self.session.scalars(select(Guest)):
            if guest.status is GuestStatus.CONFIRMED:
                assert (guest.held_until, guest.waiting_since) == (None, None)
            if guest.status is GuestStatus.DECLINED:
                assert guest.held_until is None

    def teardown(self) -> None:
        self.session.close()


def in_memory() -> Session:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    Base.metadata.create_all(engine)
    return Session(engine)


def emptied(engine: Engine) -> Session:
    """Nothing is left of the example before."""
    session = Session(engine)
    session.execute(text("TRUNCATE people, groups CASCADE"))
    session.commit()
    return session


def run_in(empty: Callable[[], Session], *, examples: int, steps: int) -> None:
    class Here(Seats):
        pass

    Here.empty = staticmethod(empty)
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_no_sequence_gives_a_seat_twice() -> None:
    run_in(in_memory, examples=25, steps=25)


def test_nor_does_one_on_postgresql(postgresql_database_url: str) -> None:
    engine = create_engine(postgresql_database_url)
    run_in(partial(emptied, engine), examples=5, steps=12)
    engine.dispose()
