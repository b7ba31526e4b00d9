"""The cards of events in rooms, and who hears of an event where."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from core.chats.occupants import Presence
from core.events.editing import cancel_event
from core.events.rooms import draw_card, is_card_due
from core.facts import Fact
from core.facts.events import (
    EventCancelled,
    EventChanged,
    EventReminded,
    RsvpAsked,
    RsvpCounted,
    SeatOffered,
)
from core.guests.rsvp import Answer
from core.outbox import OutboxEvent
from core.routing import ROUTES
from tests.cast import Cast, Place, Somebody
from tests.core import door
from tests.core.eventing import guests_of, make_event
from tests.core.test_event_editing import edit
from tests.core.test_rsvp import answer


async def draw(cast: Cast) -> list[str]:
    """The job looks; what it has recorded by now."""
    while await cast.write(lambda s: draw_card(s, now=cast.now)):
        pass
    kinds = (RsvpAsked.event_type, RsvpCounted.event_type)
    return [row.event_type for row in await cast.rows(OutboxEvent) if row.event_type in kinds]


async def audience(cast: Cast, fact: Fact) -> list[tuple[str, str]]:
    """What goes where: the kind, and the address."""

    def unit(s: object) -> list[tuple[str, str]]:
        found = [to for route in ROUTES[type(fact)] for to in route(s, fact)]  # type: ignore[arg-type]
        return sorted((to.kind, to.address) for to in found)

    return await cast.read(unit)


async def reach(cast: Cast, *people: Somebody) -> None:
    for one in people:
        await door.reach(cast, one)


async def test_the_card_is_shown_when_the_event_is_planned(cast: Cast) -> None:
    await make_event(cast)
    assert await draw(cast) == [RsvpAsked.event_type]
    assert not await cast.read(lambda s: is_card_due(s, now=cast.now))


async def test_a_burst_of_answers_draws_it_once_and_loses_none(cast: Cast) -> None:
    place = await make_event(cast)
    await draw(cast)
    for number in range(25):
        said = (Answer.YES, Answer.NO, Answer.MAYBE)[number % 3]
        await answer(cast, cast.bob, place, said)
        cast.clock.advance(seconds=0.1)
        await draw(cast)
    assert await draw(cast) == [RsvpAsked.event_type]
    cast.clock.advance(seconds=1.5)
    assert await draw(cast) == [RsvpAsked.event_type, RsvpCounted.event_type]
    cast.clock.advance(seconds=60)
    assert len(await draw(cast)) == 2


async def test_between_two_drawings_there_are_four_seconds(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    place = await make_event(cast)
    drawn = []
    for _ in range(100):
        before = len(await draw(cast))
        await answer(cast, cast.bob, place, Answer.YES)
        cast.clock.advance(seconds=0.2)
        if len(await draw(cast)) > before:
            drawn.append(cast.now)
    assert len(drawn) >= 4
    gaps = [later - one for one, later in pairwise(drawn)]
    assert min(gaps) >= timedelta(seconds=4)


async def test_the_card_goes_to_the_teams_room_where_the_event_has_none(cast: Cast) -> None:
    place = await make_event(cast)
    await cast.bind()
    assert await audience(cast, RsvpAsked(group_id=place.id)) == [("rsvp_card", "-100500")]
    await cast.bind("-100700", group=place)
    assert await audience(cast, RsvpAsked(group_id=place.id)) == [("rsvp_card", "-100700")]


async def test_without_a_room_everybody_is_asked_in_private(cast: Cast) -> None:
    place = await make_event(cast)
    await reach(cast, cast.bob)
    told = await audience(cast, RsvpAsked(group_id=place.id))
    assert told == [("event_question", cast.bob.sender.address)]


async def test_who_is_in_the_room_hears_of_a_cancel_there_and_not_twice(cast: Cast) -> None:
    place = await make_event(cast)
    await cast.bind()
    dana = await cast.somebody("Dana")
    await answer(cast, dana, place, room_of=cast.tigers.id)
    await reach(cast, cast.bob, dana)
    await door.see(cast, cast.bob, Presence.IN)
    told = await audience(cast, EventCancelled(group_id=place.id))
    assert told == sorted(
        [("event_cancelled", "-100500"), ("event_cancelled", dana.sender.address)]
    )


async def test_who_said_no_hears_neither_of_a_cancel_nor_of_a_reminder(cast: Cast) -> None:
    place = await make_event(cast)
    await reach(cast, cast.alice, cast.bob)
    await answer(cast, cast.bob, place, Answer.NO)
    for fact in (
        EventCancelled(group_id=place.id),
        EventReminded(group_id=place.id, kind="week"),
        EventReminded(group_id=place.id, kind="answer"),
    ):
        assert cast.bob.sender.address not in [to for _, to in await audience(cast, fact)]


async def test_after_a_change_only_who_had_said_yes_is_asked_in_private(cast: Cast) -> None:
    place = await make_event(cast)
    await reach(cast, cast.alice, cast.bob)
    await answer(cast, cast.bob, place)
    await edit(cast, place, starts_at=cast.now + timedelta(days=12))
    told = await audience(cast, EventChanged(group_id=place.id))
    assert told == [("event_asked_again", cast.bob.sender.address)]


async def test_an_offer_goes_to_the_one_guest(cast: Cast) -> None:
    place = await make_event(cast, capacity=1)
    await reach(cast, cast.alice, cast.bob)
    await answer(cast, cast.alice, place)
    await answer(cast, cast.bob, place)
    await answer(cast, cast.alice, place, Answer.NO)
    guest = (await guests_of(cast, place))[1]
    told = await audience(cast, SeatOffered(group_id=place.id, guest_id=guest.id))
    assert told == [("seat_offer", cast.bob.sender.address)]


async def test_a_cancelled_event_changes_its_card(cast: Cast) -> None:
    place: Place = await make_event(cast)
    await draw(cast)
    await cast.write(lambda s: cancel_event(s, cast.alice(s), event_id=place.id, now=cast.now))
    cast.clock.advance(seconds=4)
    assert (await draw(cast))[-1] == RsvpCounted.event_type
