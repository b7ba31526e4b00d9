"""Reminders of events: when they are planned, never at night, and whom they concern."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from core.events.audience import list_people
from core.events.reminders import EventReminder, by_day, remind_guests
from core.facts.events import EventReminded
from core.guests.rsvp import Answer
from core.outbox import OutboxEvent
from tests.cast import Cast, Place
from tests.core.eventing import make_event
from tests.core.test_event_editing import edit
from tests.core.test_rsvp import answer

BERLIN = "Europe/Berlin"
FAR = datetime(2030, 1, 1, tzinfo=UTC)
# Saturday, 19:00 in Berlin: in winter one hour ahead of UTC.
EVENING = datetime(2026, 12, 5, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        ("2026-12-05 18:00", "2026-12-05 18:00"),
        ("2026-12-05 07:00", "2026-12-05 07:00"),
        ("2026-12-05 06:59", "2026-12-05 07:00"),
        ("2026-12-05 20:59", "2026-12-05 20:59"),
        ("2026-12-05 21:00", "2026-12-06 07:00"),
        ("2027-03-28 00:30", "2027-03-28 06:00"),
        ("2027-10-31 01:30", "2027-10-31 07:00"),
    ],
)
@pytest.mark.attack(57)
def test_nobody_is_woken_also_when_the_clocks_change(moment: str, shown: str) -> None:
    at = datetime.strptime(moment, "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
    assert f"{by_day(at, BERLIN, latest=FAR):%Y-%m-%d %H:%M}" == shown


def test_what_begins_before_the_morning_is_told_the_evening_before() -> None:
    dawn = datetime(2026, 12, 5, 5, 0, tzinfo=UTC)
    shown = by_day(dawn - timedelta(hours=1), BERLIN, latest=dawn)
    assert f"{shown:%Y-%m-%d %H:%M}" == "2026-12-04 20:00"


async def planned(cast: Cast, place: Place) -> dict[str, str]:
    query = select(EventReminder).where(EventReminder.event_id == place.id)
    rows = await cast.read(lambda s: list(s.scalars(query)))
    return {row.kind.value: f"{row.due_at:%d.%m. %H:%M}" for row in rows}


async def run(cast: Cast) -> list[str]:
    while await cast.write(lambda s: remind_guests(s, now=cast.now)):
        pass
    rows = await cast.rows(OutboxEvent)
    kind = EventReminded.event_type
    return [row.payload["kind"] for row in rows if row.event_type == kind]


async def test_a_week_and_a_day_before_and_two_days_before_the_deadline(cast: Cast) -> None:
    place = await make_event(
        cast, starts_at=EVENING, deadline=EVENING - timedelta(days=3), timezone_=BERLIN
    )
    assert await planned(cast, place) == {
        "week": "28.11. 18:00",
        "day": "04.12. 18:00",
        "answer": "30.11. 18:00",
    }


async def test_times_that_are_over_are_skipped(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    place = await make_event(cast, starts_at=cast.now + timedelta(days=3))
    assert set(await planned(cast, place)) == {"day"}


async def test_each_is_told_once(cast: Cast) -> None:
    await make_event(cast, starts_at=EVENING)
    cast.clock.now = EVENING - timedelta(days=7)
    assert await run(cast) == ["week"]
    assert await run(cast) == ["week"]
    cast.clock.now = EVENING - timedelta(days=1)
    assert await run(cast) == ["week", "day"]


async def test_another_date_plans_anew(cast: Cast) -> None:
    place = await make_event(cast, starts_at=EVENING)
    await edit(cast, place, starts_at=EVENING + timedelta(days=7))
    assert (await planned(cast, place))["week"] == "05.12. 18:00"


async def test_what_comes_due_while_nothing_runs_waits_for_the_morning(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    await make_event(cast, starts_at=EVENING, timezone_=BERLIN)
    cast.clock.now = EVENING - timedelta(days=7) + timedelta(hours=8)  # three in the morning
    assert await run(cast) == []
    cast.clock.advance(hours=5)
    assert await run(cast) == ["week"]


async def test_what_is_a_day_late_is_not_told(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    await make_event(cast, starts_at=EVENING)
    cast.clock.now = EVENING - timedelta(days=5)
    assert await run(cast) == []


async def test_who_said_no_is_never_reminded(cast: Cast) -> None:
    place = await make_event(cast)
    await answer(cast, cast.alice, place)
    await answer(cast, cast.bob, place, Answer.NO)
    dana = await cast.somebody("Dana")
    await answer(cast, dana, place, Answer.MAYBE, room_of=cast.tigers.id)

    async def audience(kind: str) -> list[int]:
        return await cast.read(lambda s: list_people(s, place.id, kind))

    assert await audience("week") == await audience("day") == [cast.alice.id, dana.id]
    assert await audience("answer") == []
