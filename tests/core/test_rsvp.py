"""Answers: who may give them, for whom, until when, and what becomes of a yes."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from core.access import MemberState, Role
from core.errors import Conflict, CoreError, Invalid, NotFound
from core.events import lock_event
from core.facts.events import GuestsUnreached, SeatLapsed, SeatOffered
from core.guests import GuestStatus
from core.guests.answering import Answered, answer_event
from core.guests.rsvp import Answer, Wish
from core.guests.seats import seats_taken, settle_seats
from core.outbox import OutboxEvent
from tests.cast import Cast, Place, Somebody, refused
from tests.core.eventing import guests_of, make_event, make_household, put_guest, statuses_of

YES, NO, MAYBE = Answer.YES, Answer.NO, Answer.MAYBE


async def answer(
    cast: Cast,
    who: Somebody,
    place: Place,
    said: Answer = YES,
    *,
    plus: int | None = None,
    children: int | None = None,
    guest_id: int | None = None,
    room_of: int | None = None,
) -> Answered:
    wish = Wish(said, plus_ones=plus, children=children)
    return await cast.write(
        lambda s: answer_event(
            s,
            who(s),
            event_id=place.id,
            wish=wish,
            guest_id=guest_id,
            room_of=room_of,
            now=cast.now,
        )
    )


async def taken(cast: Cast, place: Place) -> int:
    return await cast.read(lambda s: seats_taken(s, place.id))


async def tick(cast: Cast, place: Place, **by: float) -> None:
    """Time passes, and the clock's job looks at the seats."""
    cast.clock.advance(**by)
    await cast.write(lambda s: settle_seats(s, lock_event(s, place.id), now=cast.now))


async def code_of(verb: object) -> tuple[type[CoreError], str]:
    refusal = await refused(verb)  # type: ignore[arg-type]
    return type(refusal), refusal.code


async def test_a_member_answers_and_may_change_their_mind(cast: Cast) -> None:
    place = await make_event(cast)
    for said, status in ((YES, "confirmed"), (MAYBE, "maybe"), (NO, "declined")):
        done = await answer(cast, cast.bob, place, said)
        assert done.status.value == (await statuses_of(cast, place))["Bob"] == status


async def test_a_stranger_learns_of_no_event(cast: Cast) -> None:
    place = await make_event(cast)
    for event in (place, Place(999_999)):
        assert await code_of(answer(cast, cast.charlie, event)) == (NotFound, "event_unknown")


async def test_who_sees_the_card_in_the_teams_room_may_answer(cast: Cast) -> None:
    place = await make_event(cast)
    await answer(cast, cast.charlie, place, room_of=cast.tigers.id)
    assert (await statuses_of(cast, place))["Charlie"] == "confirmed"


async def test_another_groups_room_opens_nothing(cast: Cast) -> None:
    place, lions = await make_event(cast), await cast.group("Lions", owner=cast.charlie)
    refusal = await code_of(answer(cast, cast.charlie, place, room_of=lions.id))
    assert refusal == (NotFound, "event_unknown")


async def test_who_joined_the_team_later_may_answer(cast: Cast) -> None:
    place = await make_event(cast)
    dana = await cast.somebody(role=Role.VIEWER)
    await answer(cast, dana, place)
    assert (await statuses_of(cast, place))["Dana"] == "confirmed"


async def test_who_is_banned_may_not_even_in_the_room(cast: Cast) -> None:
    place = await make_event(cast)
    await cast.part(cast.bob, MemberState.BANNED)
    refusal = await code_of(answer(cast, cast.bob, place, room_of=cast.tigers.id))
    assert refusal == (NotFound, "event_unknown")


async def test_the_answers_end_with_the_deadline_and_the_contact_is_named(cast: Cast) -> None:
    place = await make_event(cast, deadline=cast.now + timedelta(days=3))
    cast.clock.advance(days=3)
    refusal = await refused(answer(cast, cast.bob, place))
    assert (refusal.code, refusal.fields["contact"]) == ("rsvp_closed", "Alice")


async def test_once_it_has_begun_nobody_answers(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    place = await make_event(cast)
    cast.clock.advance(days=10)
    assert await code_of(answer(cast, cast.bob, place)) == (Conflict, "event_begun")


@pytest.mark.parametrize(("allowed", "code"), [(0, "no_companions"), (2, "too_many_companions")])
async def test_more_companions_than_are_allowed_are_refused(
    sqlite_cast: Cast, allowed: int, code: str
) -> None:
    cast = sqlite_cast
    place = await make_event(cast, plus_ones=allowed)
    assert await code_of(answer(cast, cast.bob, place, plus=allowed + 1)) == (Invalid, code)
    assert (await statuses_of(cast, place))["Bob"] == "invited"


async def test_companions_and_children_take_seats(cast: Cast) -> None:
    place = await make_event(cast, capacity=5, plus_ones=2)
    await answer(cast, cast.bob, place, plus=2, children=1)
    assert await taken(cast, place) == 4
    await answer(cast, cast.bob, place, plus=0)
    assert await taken(cast, place) == 2
    await answer(cast, cast.bob, place, NO)
    assert await taken(cast, place) == 0


async def test_who_has_seats_keeps_them_when_more_are_refused(cast: Cast) -> None:
    place = await make_event(cast, capacity=2, plus_ones=2)
    await answer(cast, cast.bob, place, plus=1)
    await answer(cast, cast.alice, place, MAYBE)
    refusal = await code_of(answer(cast, cast.bob, place, plus=2))
    assert refusal == (Conflict, "party_too_large")
    assert await taken(cast, place) == 2


async def told(cast: Cast) -> list[str]:
    """What guests hear; who has no way to hear is another matter."""
    recorded = [row.event_type for row in await cast.rows(OutboxEvent)]
    return [one for one in recorded if one != GuestsUnreached.event_type]


async def test_who_comes_too_late_waits_and_is_offered_what_is_freed(cast: Cast) -> None:
    place = await make_event(cast, capacity=1)
    await answer(cast, cast.alice, place)
    assert (await answer(cast, cast.bob, place)).status is GuestStatus.WAITLISTED
    await answer(cast, cast.alice, place, NO)
    assert await told(cast) == [SeatOffered.event_type]
    assert await taken(cast, place) == 1
    assert (await answer(cast, cast.bob, place)).status is GuestStatus.CONFIRMED
    assert await taken(cast, place) == 1


async def test_an_offer_lapses_and_the_next_in_line_has_it(cast: Cast) -> None:
    place = await make_event(cast, capacity=1)
    first, second = await cast.somebody("Dana"), await cast.somebody("Eve")
    for who in (cast.alice, first, second):
        await answer(cast, who, place, room_of=cast.tigers.id)
        cast.clock.advance(minutes=1)
    await answer(cast, cast.alice, place, NO)
    await tick(cast, place, hours=11, minutes=59)
    assert (await statuses_of(cast, place))["Dana"] == "waitlisted"
    await tick(cast, place, minutes=1)
    assert await told(cast) == [
        SeatOffered.event_type,
        SeatLapsed.event_type,
        SeatOffered.event_type,
    ]
    assert (await answer(cast, second, place)).status is GuestStatus.CONFIRMED
    assert (await answer(cast, first, place)).status is GuestStatus.WAITLISTED


async def test_nobody_jumps_the_queue(cast: Cast) -> None:
    """A party of two waits; one seat becomes free: a third does not take it from under them."""
    place = await make_event(cast, capacity=2, plus_ones=1)
    dana = await cast.somebody("Dana", role=Role.MEMBER)
    await answer(cast, cast.alice, place)
    await answer(cast, cast.bob, place, plus=1)
    assert (await answer(cast, dana, place)).status is GuestStatus.WAITLISTED
    await answer(cast, cast.alice, place, NO)
    assert (await answer(cast, cast.bob, place)).status is GuestStatus.CONFIRMED


async def test_a_guest_answers_for_their_household_but_not_for_who_has_an_account(
    cast: Cast,
) -> None:
    place = await make_event(cast)

    family = await make_household(cast, place, cast.alice, cast.bob)
    child = await put_guest(cast, place, "Ben", household_id=family, is_child=True)
    other = await put_guest(cast, place, "Zoe")
    alice = (await guests_of(cast, place))[0]
    done = await answer(cast, cast.bob, place, guest_id=child)
    assert (done.guest.name, done.status) == ("Ben", GuestStatus.CONFIRMED)
    for forbidden in (alice.id, other, 999_999):
        refusal = await code_of(answer(cast, cast.bob, place, guest_id=forbidden))
        assert refusal == (NotFound, "guest_unknown")
    await answer(cast, cast.alice, place, NO, guest_id=other)
    assert (await statuses_of(cast, place))["Zoe"] == "declined"


async def test_a_guest_who_was_taken_off_the_list_does_not_come_back_alone(cast: Cast) -> None:
    place = await make_event(cast)
    [_, bob] = await guests_of(cast, place)
    await cast.write(lambda s: setattr(s.merge(bob), "removed_at", cast.now))
    assert await code_of(answer(cast, cast.bob, place)) == (NotFound, "guest_unknown")


@pytest.mark.parametrize("crowd", [12])
async def test_however_many_say_yes_at_once_the_seats_are_given_once(
    cast: Cast, crowd: int
) -> None:
    place = await make_event(cast, capacity=5, plus_ones=1)
    people = await cast.crowd(crowd)
    await asyncio.gather(
        *(
            answer(cast, who, place, plus=number % 2, room_of=cast.tigers.id)
            for number, who in enumerate(people)
        )
    )
    assert await taken(cast, place) <= 5
    statuses = list((await statuses_of(cast, place)).values())
    assert statuses.count("confirmed") + statuses.count("waitlisted") == crowd


async def test_a_seat_that_is_freed_twice_at_once_is_offered_once(cast: Cast) -> None:
    place = await make_event(cast, capacity=1)
    people = await cast.crowd(3)
    await answer(cast, cast.alice, place)
    for who in people:
        await answer(cast, who, place, room_of=cast.tigers.id)
    await asyncio.gather(*(answer(cast, cast.alice, place, NO) for _ in range(2)))
    assert await told(cast) == [SeatOffered.event_type]
