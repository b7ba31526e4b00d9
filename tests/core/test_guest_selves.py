"""Somebody who is on one list with two accounts: one row counts when they turn out to be one."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from core.errors import Conflict
from core.events import Event, get_event
from core.guests import Guest, GuestStatus
from core.guests.changes import GuestChange
from core.guests.merging import merge_guests
from core.guests.seats import seats_taken
from core.guests.twins import find_pairs
from core.guests.undo import undo_guest_change
from tests.cast import Cast, Place, refused
from tests.core.eventing import guests_of, make_event, put_guest
from tests.core.linking import link, unlink

CONFIRMED, DECLINED, INVITED = (
    GuestStatus.CONFIRMED,
    GuestStatus.DECLINED,
    GuestStatus.INVITED,
)


@pytest.fixture
async def event(cast: Cast) -> Place:
    """Bob has not answered; with his other account, Charlie, he comes with one more."""
    place = await make_event(cast, alone=True, capacity=4)
    await put_guest(cast, place, "Bob", person_id=cast.bob.id, phone="+972501111111")
    both = {"person_id": cast.charlie.id, "status": CONFIRMED, "plus_ones": 1}
    await put_guest(cast, place, "Charlie", diet="vegan", **both)
    return place


async def listed(cast: Cast, event: Place) -> list[tuple[str, str, int, int | None]]:
    rows = [one for one in await guests_of(cast, event) if one.removed_at is None]
    return [(one.name, one.status.value, one.plus_ones, one.person_id) for one in rows]


async def undo_as_organiser(cast: Cast) -> None:
    [change] = await cast.rows(GuestChange)
    code = change.public_id
    await cast.write(lambda s: undo_guest_change(s, cast.alice(s), public_id=code, now=cast.now))


async def test_one_row_counts_with_the_surer_answer(cast: Cast, event: Place) -> None:
    await link(cast, cast.bob, cast.charlie)
    assert await listed(cast, event) == [("Bob", "confirmed", 1, cast.bob.id)]
    assert (await guests_of(cast, event))[0].diet == "vegan"
    assert await cast.read(lambda s: seats_taken(s, event.id)) == 2


async def test_who_parts_again_is_two_guests_again(cast: Cast, event: Place) -> None:
    before = await listed(cast, event)
    await link(cast, cast.bob, cast.charlie)
    await unlink(cast, cast.bob)
    assert await listed(cast, event) == before


async def test_an_organiser_can_undo_it_and_is_shown_the_pair(cast: Cast, event: Place) -> None:
    before = await listed(cast, event)
    await link(cast, cast.bob, cast.charlie)
    await undo_as_organiser(cast)
    assert await listed(cast, event) == before

    def pairs(s: Session) -> list[tuple[int, int, str]]:
        found = find_pairs(s, cast.alice(s), event=get_event(s, event.id))
        return [(one.low.id, one.high.id, one.likeness.value) for one in found]

    [(low, high, likeness)] = await cast.read(pairs)
    assert likeness == "person"
    ids = {"event_id": event.id, "low_id": low, "high_id": high}
    await cast.write(lambda s: merge_guests(s, cast.alice(s), **ids, now=cast.now)[0].id)
    assert await listed(cast, event) == [("Bob", "confirmed", 1, cast.bob.id)]


async def test_what_somebody_changed_since_stays_merged(cast: Cast, event: Place) -> None:
    await link(cast, cast.bob, cast.charlie)
    low = (await guests_of(cast, event))[0].id
    await cast.write(lambda s: setattr(s.get_one(Guest, low), "status", DECLINED))
    await unlink(cast, cast.bob)
    assert await listed(cast, event) == [("Bob", "declined", 1, cast.bob.id)]


async def test_the_row_that_is_on_the_list_goes_to_who_stays(cast: Cast, event: Place) -> None:
    low = (await guests_of(cast, event))[0].id
    await cast.write(lambda s: setattr(s.get_one(Guest, low), "removed_at", cast.now))
    await link(cast, cast.bob, cast.charlie)
    assert await listed(cast, event) == [("Charlie", "confirmed", 1, cast.bob.id)]
    await unlink(cast, cast.bob)
    assert await listed(cast, event) == [("Charlie", "confirmed", 1, cast.charlie.id)]


async def test_seats_that_were_given_away_meanwhile_are_not_given_twice(
    cast: Cast, event: Place
) -> None:
    first = (await guests_of(cast, event))[0].id
    await cast.write(lambda s: setattr(s.get_one(Guest, first), "status", CONFIRMED))
    await link(cast, cast.bob, cast.charlie)
    await cast.write(lambda s: setattr(s.get_one(Event, event.id), "capacity", 2))
    await unlink(cast, cast.bob)
    assert await listed(cast, event) == [("Bob", "confirmed", 0, cast.bob.id)]


async def test_two_people_with_accounts_stay_two(cast: Cast, event: Place) -> None:
    low, high = (one.id for one in await guests_of(cast, event))
    ids = {"event_id": event.id, "low_id": low, "high_id": high}
    merging = cast.write(lambda s: merge_guests(s, cast.alice(s), **ids, now=cast.now)[0].id)
    assert isinstance(await refused(merging), Conflict)
