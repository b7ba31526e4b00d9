"""Seats while everybody acts at once: answers with companions, leaving, more seats, the clock."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta

from core.errors import CoreError
from core.events import Event
from core.events.editing import edit_event
from core.facts.events import SeatOffered
from core.guests import Guest
from core.guests.rsvp import Answer
from core.guests.seats import expire_offers, seats_taken
from core.outbox import OutboxEvent
from tests.cast import Cast, Place, Somebody
from tests.core.eventing import guests_of, make_event
from tests.core.test_rsvp import answer


async def settled(cast: Cast, place: Place) -> tuple[int, int]:
    """Seats taken and held, and how many there are."""
    return await cast.read(
        lambda s: (seats_taken(s, place.id), s.get_one(Event, place.id).capacity or 0)
    )


async def says(cast: Cast, who: Somebody, place: Place, said: Answer, plus: int) -> None:
    with suppress(CoreError):
        await answer(cast, who, place, said, plus=plus, room_of=cast.tigers.id)


async def test_whatever_happens_at_once_no_seat_is_given_twice(cast: Cast) -> None:
    place = await make_event(cast, capacity=4, plus_ones=2)
    people = await cast.crowd(9)
    for number, who in enumerate(people[:6]):
        await says(cast, who, place, Answer.YES, number % 3)
    cast.clock.advance(hours=13)

    def more(s: object) -> None:
        changes = {"capacity": 6}
        edit_event(s, cast.alice(s), event_id=place.id, changes=changes, now=cast.now)  # type: ignore[arg-type]

    await asyncio.gather(
        *(says(cast, who, place, Answer.NO, 0) for who in people[:2]),
        *(says(cast, who, place, Answer.YES, 2) for who in people[2:5]),
        *(says(cast, who, place, Answer.YES, 1) for who in people[6:]),
        *(cast.write(lambda s: expire_offers(s, now=cast.now)) for _ in range(3)),
        cast.write(more),
    )
    taken, seats = await settled(cast, place)
    assert seats == 6
    assert taken <= seats


async def test_an_offer_that_ends_in_two_processes_goes_on_once(cast: Cast) -> None:
    place = await make_event(cast, capacity=1)
    people = await cast.crowd(3)
    for who in people:
        await says(cast, who, place, Answer.YES, 0)
    await says(cast, people[0], place, Answer.NO, 0)
    cast.clock.advance(hours=12)
    await asyncio.gather(*(cast.write(lambda s: expire_offers(s, now=cast.now)) for _ in range(4)))
    kinds = [one.event_type for one in await cast.rows(OutboxEvent)]
    assert kinds.count(SeatOffered.event_type) == 2
    held: list[Guest] = [one for one in await guests_of(cast, place) if one.held_until]
    assert [one.name for one in held] == [people[2].sender.name]
    assert held[0].held_until == cast.now + timedelta(hours=12)
