"""Changed events: a typo is corrected quietly, a change is asked anew, a cancel is told once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from core.access import Role
from core.errors import Conflict, Forbidden, NotFound
from core.events.editing import Edited, cancel_event, edit_event, is_same_place
from core.facts.events import EventCancelled, EventChanged
from core.guests.rsvp import Answer
from core.outbox import OutboxEvent
from tests.cast import Cast, Place, Somebody, refused
from tests.core.eventing import IN_TEN_DAYS, event_of, make_event, statuses_of
from tests.core.test_rsvp import answer, taken, tick


async def edit(
    cast: Cast, where: Place, /, *, by: Somebody | None = None, **changes: Any
) -> Edited:
    who = by or cast.alice
    return await cast.write(
        lambda s: edit_event(s, who(s), event_id=where.id, changes=changes, now=cast.now)
    )


async def told(cast: Cast, kind: str) -> int:
    return [row.event_type for row in await cast.rows(OutboxEvent)].count(kind)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Hall 3", "hall 3", True),
        ("Sports Hall, Main Street", "Sports hall, Main Stret", True),
        ("Hall 3", "Hall 4", False),
        ("Main Street 12", "Main Street 21", False),
        ("The old mill", "Riverside park", False),
        ("Hall 3", "", False),
    ],
)
def test_a_slip_of_the_pen_is_no_other_place(one: str, other: str, same: bool) -> None:
    assert is_same_place(one, other) is same


async def test_a_corrected_spelling_asks_nobody_again(cast: Cast) -> None:
    place = await make_event(cast, place="Sports hal")
    await answer(cast, cast.bob, place)
    assert (await edit(cast, place, place="Sports hall")).asks_again is None
    assert (await statuses_of(cast, place))["Bob"] == "confirmed"
    assert (await event_of(cast, place)).sequence == 1


@pytest.mark.parametrize(
    "changes", [{"place": "Riverside park"}, {"starts_at": timedelta(days=11)}]
)
async def test_another_date_or_place_asks_again_who_had_said_yes(
    cast: Cast, changes: dict[str, Any]
) -> None:
    place = await make_event(cast, place="Hall 3", capacity=2)
    dana = await cast.somebody("Dana", role=Role.MEMBER)
    await answer(cast, cast.bob, place)
    await answer(cast, cast.alice, place, Answer.NO)
    moved: dict[str, Any] = {
        k: cast.now + v if isinstance(v, timedelta) else v for k, v in changes.items()
    }
    assert (await edit(cast, place, **moved)).asks_again == 1
    statuses = await statuses_of(cast, place)
    assert (statuses["Alice"], statuses["Bob"]) == ("declined", "invited")
    assert (await taken(cast, place), await told(cast, EventChanged.event_type)) == (1, 1)
    await answer(cast, dana, place)
    assert (await answer(cast, cast.bob, place)).status.value == "confirmed"


async def test_who_does_not_answer_anew_loses_the_seat_to_the_next(cast: Cast) -> None:
    place = await make_event(cast, capacity=1)
    dana = await cast.somebody("Dana", role=Role.MEMBER)
    await answer(cast, cast.bob, place)
    await answer(cast, dana, place)
    await edit(cast, place, starts_at=cast.now + timedelta(days=20))
    await tick(cast, place, hours=12)
    assert (await answer(cast, dana, place)).status.value == "confirmed"
    assert (await statuses_of(cast, place))["Bob"] == "invited"


async def test_fewer_seats_than_are_taken_are_refused(cast: Cast) -> None:
    place = await make_event(cast, capacity=3)
    await answer(cast, cast.alice, place)
    await answer(cast, cast.bob, place)
    refusal = await refused(edit(cast, place, capacity=1))
    assert (type(refusal), refusal.fields["count"]) == (Conflict, 2)
    await edit(cast, place, capacity=2)


async def test_more_seats_are_offered_to_those_who_wait(cast: Cast) -> None:
    place = await make_event(cast, capacity=1)
    await answer(cast, cast.alice, place)
    await answer(cast, cast.bob, place)
    await edit(cast, place, capacity=2)
    assert await taken(cast, place) == 2
    assert (await answer(cast, cast.bob, place)).status.value == "confirmed"


async def test_a_cancelled_event_is_told_once_and_answers_end(cast: Cast) -> None:
    place = await make_event(cast)
    for done in (True, False):
        result = await cast.write(
            lambda s: cancel_event(s, cast.alice(s), event_id=place.id, now=cast.now)
        )
        assert result is done
    assert await told(cast, EventCancelled.event_type) == 1
    assert (await refused(answer(cast, cast.bob, place))).code == "event_off"
    assert (await refused(edit(cast, place, note="x"))).code == "event_off"
    assert (await event_of(cast, place)).sequence == 1


async def test_only_who_runs_it_changes_it(cast: Cast) -> None:
    place = await make_event(cast)
    assert isinstance(await refused(edit(cast, place, by=cast.charlie, capacity=9)), NotFound)
    await cast.join(cast.bob, Role.EDITOR, group=place)
    assert isinstance(await refused(edit(cast, place, by=cast.bob, capacity=9)), Forbidden)
    cancel = cast.write(lambda s: cancel_event(s, cast.bob(s), event_id=place.id, now=cast.now))
    assert isinstance(await refused(cancel), Forbidden)


async def test_the_calendars_see_a_higher_sequence_with_each_change(sqlite_cast: Cast) -> None:
    place = await make_event(sqlite_cast)
    uid = (await event_of(sqlite_cast, place)).uid
    for number in range(1, 4):
        later = sqlite_cast.now + IN_TEN_DAYS + timedelta(hours=number)
        await edit(sqlite_cast, place, starts_at=later)
        event = await event_of(sqlite_cast, place)
        assert (event.uid, event.sequence) == (uid, number)
