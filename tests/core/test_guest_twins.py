"""Two rows that may be one guest: found, merged, kept apart, and merged no more."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from core.access import Role
from core.errors import Conflict, Forbidden, NotFound
from core.events import get_event
from core.guests import Guest, GuestStatus, name_key
from core.guests.households import Household
from core.guests.merging import merge_guests
from core.guests.twins import find_pairs, keep_both
from core.guests.undo import undo_guest_change
from tests.cast import Cast, Place, Somebody
from tests.core.eventing import make_event, put_guest, statuses_of


@pytest.fixture
async def event(cast: Cast) -> Place:
    return await make_event(cast, alone=True, capacity=4)


async def pairs(cast: Cast, event: Place) -> list[tuple[str, str, str]]:
    def unit(s: Session) -> list[tuple[str, str, str]]:
        found = find_pairs(s, cast.alice(s), event=get_event(s, event.id))
        return [(pair.low.name, pair.high.name, pair.likeness.value) for pair in found]

    return await cast.write(unit)


async def merge(cast: Cast, event: Place, low: int, high: int, by: Somebody | None = None) -> str:
    def unit(s: Session) -> str:
        actor = (by or cast.alice)(s)
        ids = {"event_id": event.id, "low_id": low, "high_id": high}
        return merge_guests(s, actor, **ids, now=cast.now)[1].public_id

    return await cast.write(unit)


async def home(cast: Cast, event: Place, *names: str) -> None:
    """Some people of one household."""

    def unit(s: Session) -> None:
        household = Household(event_id=event.id, name="The Levis")
        s.add(household)
        s.flush()
        row: dict[str, Any] = {"event_id": event.id, "status": GuestStatus.INVITED}
        for name in names:
            s.add(
                Guest(
                    first_name=name,
                    name_key=name_key(name),
                    household_id=household.id,
                    created_at=cast.now,
                    updated_at=cast.now,
                    **row,
                )
            )

    await cast.write(unit)


async def test_pairs_are_found_by_number_address_and_name(cast: Cast, event: Place) -> None:
    await put_guest(cast, event, "Dana", phone_key="+972501111111", email="d@x.org")
    await put_guest(cast, event, "Omer", phone_key="+972501111111")
    await put_guest(cast, event, "Noa", email="d@x.org")
    await put_guest(cast, event, "Noa")
    assert await pairs(cast, event) == [
        ("Dana", "Omer", "phone"),
        ("Dana", "Noa", "email"),
        ("Noa", "Noa", "name"),
    ]


async def test_a_slip_of_the_pen_is_found_within_a_household(cast: Cast, event: Place) -> None:
    await home(cast, event, "Dana Levi", "Danna Levi", "Omer Levi")
    await put_guest(cast, event, "Dana Levy")
    assert await pairs(cast, event) == [("Dana Levi", "Danna Levi", "similar")]


async def test_two_of_one_name_with_two_numbers_are_two(cast: Cast, event: Place) -> None:
    await put_guest(cast, event, "Dana", phone_key="+972501111111")
    await put_guest(cast, event, "Dana", phone_key="+972502222222")
    assert await pairs(cast, event) == []


async def test_whom_somebody_called_two_is_not_shown_again(cast: Cast, event: Place) -> None:
    low = await put_guest(cast, event, "Dana", phone_key="+972501111111")
    high = await put_guest(cast, event, "Omer", phone_key="+972501111111")
    for _ in range(2):
        await cast.write(
            lambda s: keep_both(
                s,
                cast.alice(s),
                event=get_event(s, event.id),
                low_id=high,
                high_id=low,
                now=cast.now,
            )
        )
    assert await pairs(cast, event) == []


async def test_one_of_two_has_what_either_had_and_the_surer_answer(
    cast: Cast, event: Place
) -> None:
    low = await put_guest(cast, event, "Dana", phone_key="+972501111111", notes="shy")
    answer = {"status": GuestStatus.CONFIRMED, "plus_ones": 2, "notes": "vegan"}
    high = await put_guest(cast, event, "Dana", email="d@x.org", **answer)
    await merge(cast, event, high, low)
    [dana] = [one for one in await cast.rows(Guest) if one.removed_at is None]
    assert (dana.id, dana.phone_key, dana.email) == (low, "+972501111111", "d@x.org")
    assert (dana.status, dana.party, dana.notes) == (GuestStatus.CONFIRMED, 3, "shy; vegan")


async def test_a_merge_can_be_undone_for_a_month(cast: Cast, event: Place) -> None:
    bob = {"person_id": cast.bob.id, "status": GuestStatus.CONFIRMED}
    low, high = await put_guest(cast, event, "Dana"), await put_guest(cast, event, "Bob", **bob)
    code = await merge(cast, event, low, high)
    assert await statuses_of(cast, event) == {"Dana": "confirmed", "Bob": "confirmed"}
    cast.clock.advance(days=29)
    await cast.write(lambda s: undo_guest_change(s, cast.alice(s), public_id=code, now=cast.now))
    found = [(one.person_id, one.status.value, one.removed_at) for one in await cast.rows(Guest)]
    assert found == [(None, "invited", None), (cast.bob.id, "confirmed", None)]


async def test_two_accounts_are_two_guests(cast: Cast, event: Place) -> None:
    low = await put_guest(cast, event, "Alice", person_id=cast.alice.id)
    high = await put_guest(cast, event, "Bob", person_id=cast.bob.id)
    with pytest.raises(Conflict, match="guests_are_two"):
        await merge(cast, event, low, high)


async def test_an_undo_gives_no_seat_that_was_given_away(cast: Cast, event: Place) -> None:
    seats = {"status": GuestStatus.CONFIRMED, "plus_ones": 1}
    low = await put_guest(cast, event, "Dana", **seats)
    high = await put_guest(cast, event, "Danna", **seats)
    code = await merge(cast, event, low, high)
    await put_guest(cast, event, "Omer", **seats)
    with pytest.raises(Conflict, match="no_seats_to_undo"):
        await cast.write(
            lambda s: undo_guest_change(s, cast.alice(s), public_id=code, now=cast.now)
        )


@pytest.mark.attack(17)
async def test_strangers_and_viewers_merge_nobody(cast: Cast, event: Place) -> None:
    low, high = await put_guest(cast, event, "Dana"), await put_guest(cast, event, "Danna")
    viewer = await cast.somebody("Vera", role=Role.VIEWER, group=event)
    with pytest.raises(NotFound, match="group_unknown"):
        await merge(cast, event, low, high, by=cast.charlie)
    with pytest.raises(Forbidden):
        await merge(cast, event, low, high, by=viewer)
    other = await make_event(cast, "Picnic", alone=True)
    with pytest.raises(NotFound, match="guest_unknown"):
        await merge(cast, other, low, high)
