"""Events that recur: by rule, on the wall clock, each for itself, changed one or all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.errors import Conflict, Invalid
from core.events import Event
from core.events.editing import edit_event
from core.events.making import create_event
from core.events.plans import EventPlan
from core.events.recurring import (
    cancel_following,
    edit_following,
    extend_series,
    make_recurring,
)
from core.events.rules import occurrences, read_rule
from core.facts import read_fact
from core.facts.events import EventCancelled
from core.groups import Group
from core.guests.rsvp import Answer
from core.outbox import OutboxEvent
from tests.cast import Cast, Place, refused
from tests.core.eventing import event_of, statuses_of
from tests.core.test_event_rooms import audience, reach
from tests.core.test_rsvp import answer

BERLIN = "Europe/Berlin"
# A Tuesday, 19:00 in Berlin.
START = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("week", "FREQ=WEEKLY"),
        ("2 weeks", "FREQ=WEEKLY;INTERVAL=2"),
        ("every day", "FREQ=DAILY"),
        ("RRULE:FREQ=WEEKLY;BYDAY=TU,TH", "FREQ=WEEKLY;BYDAY=TU,TH"),
        ("freq=monthly;byday=1mo", "FREQ=MONTHLY;BYDAY=1MO"),
    ],
)
def test_rules_are_read(text: str, rule: str) -> None:
    assert read_rule(text) == rule
    assert read_rule(text, times=5) == f"{rule};COUNT=5"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sometimes",
        "FREQ=SECONDLY",
        "FREQ=WEEKLY;BYHOUR=1,2,3",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY\nDTSTART:20200101T000000",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3",
    ],
)
def test_what_is_no_rule_or_a_trap_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        read_rule(text)


@pytest.mark.attack(57)
def test_seven_stays_at_seven_when_the_clocks_change() -> None:
    march = datetime(2027, 3, 23, 18, 0, tzinfo=UTC)
    coming = occurrences(
        "FREQ=WEEKLY",
        starts_at=march,
        zone=BERLIN,
        after=march - timedelta(seconds=1),
        until=march + timedelta(days=8),
    )
    assert [f"{at:%d %H:%M}" for at in coming] == ["23 18:00", "30 17:00"]


@pytest.mark.attack(57)
def test_an_hour_that_the_clocks_skip_comes_once() -> None:
    start = datetime(2027, 3, 27, 1, 30, tzinfo=UTC)  # 02:30 in Berlin
    coming = occurrences(
        "FREQ=DAILY;COUNT=3",
        starts_at=start,
        zone=BERLIN,
        after=start,
        until=start + timedelta(days=9),
    )
    assert [f"{at:%d %H:%M}" for at in coming] == ["28 01:30", "29 00:30"]


async def practice(cast: Cast, rule: str = "FREQ=WEEKLY", **plan: Any) -> list[Place]:
    """A weekly practice of the Tigers; all that are planned by now."""
    whole = EventPlan(timezone=BERLIN, starts_at=START, **plan)

    def unit(s: Any) -> list[int]:
        event = create_event(
            s, cast.alice(s), name="Practice", plan=whole, parent=cast.tigers(s), now=cast.now
        )
        return [event.id, *(one.id for one in make_recurring(s, event, rule=rule, now=cast.now))]

    return [Place(number) for number in await cast.write(unit)]


async def starts(cast: Cast) -> list[str]:
    query = select(Event.starts_at).where(Event.cancelled_at.is_(None)).order_by(Event.starts_at)
    return [f"{at:%d.%m. %H:%M}" for at in await cast.read(lambda s: list(s.scalars(query))) if at]


async def extend(cast: Cast) -> None:
    while await cast.write(lambda s: extend_series(s, now=cast.now)):
        pass


async def test_eight_weeks_are_planned_and_each_has_answers_of_its_own(cast: Cast) -> None:
    places = await practice(cast)
    assert len(places) == 8
    await answer(cast, cast.bob, places[0])
    assert (await statuses_of(cast, places[0]))["Bob"] == "confirmed"
    assert (await statuses_of(cast, places[1]))["Bob"] == "invited"


async def test_as_time_goes_on_more_are_planned_once(cast: Cast) -> None:
    await practice(cast)
    cast.clock.advance(weeks=1)
    await extend(cast)
    await extend(cast)
    assert len(await starts(cast)) == 9


async def test_a_series_is_looked_at_once_a_day(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    await practice(cast)
    await extend(cast)
    cast.clock.advance(hours=1)
    assert not await cast.write(lambda s: extend_series(s, now=cast.now))
    cast.clock.advance(hours=24)
    assert await cast.write(lambda s: extend_series(s, now=cast.now))


async def test_a_rule_with_an_end_ends(sqlite_cast: Cast) -> None:
    assert len(await practice(sqlite_cast, "FREQ=WEEKLY;COUNT=3")) == 3
    sqlite_cast.clock.advance(weeks=20)
    await extend(sqlite_cast)
    assert len(await starts(sqlite_cast)) == 3


async def test_a_rule_by_which_nothing_follows_is_refused(sqlite_cast: Cast) -> None:
    assert (await refused(practice(sqlite_cast, "FREQ=WEEKLY;COUNT=1"))).code == "rule_empty"


async def test_one_of_them_can_change_alone(cast: Cast) -> None:
    places = await practice(cast)
    later = START + timedelta(hours=1)
    await cast.write(
        lambda s: edit_event(
            s, cast.alice(s), event_id=places[0].id, changes={"starts_at": later}, now=cast.now
        )
    )
    assert (await starts(cast))[:2] == ["24.11. 19:00", "01.12. 18:00"]


async def test_it_and_all_that_follow_can_change_together(cast: Cast) -> None:
    places = await practice(cast, ends_at=START + timedelta(hours=2))
    second = await event_of(cast, places[1])
    assert second.starts_at is not None
    later = second.starts_at + timedelta(minutes=30)
    await cast.write(
        lambda s: edit_following(
            s, cast.alice(s), event_id=second.id, changes={"starts_at": later}, now=cast.now
        )
    )
    assert (await starts(cast))[:3] == ["24.11. 18:00", "01.12. 18:30", "08.12. 18:30"]
    cast.clock.advance(weeks=1)
    await extend(cast)
    assert (await starts(cast))[-1].endswith("18:30")


async def test_another_day_is_refused_where_the_rule_names_the_days(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    [first, *_] = await practice(cast, "FREQ=WEEKLY;BYDAY=TU")
    refusal = await refused(
        cast.write(
            lambda s: edit_following(
                s,
                cast.alice(s),
                event_id=first.id,
                changes={"starts_at": START + timedelta(days=1)},
                now=cast.now,
            )
        )
    )
    assert (type(refusal), refusal.code) == (Conflict, "series_names_days")


async def test_what_follows_is_called_off_with_one_word_and_no_more_is_planned(cast: Cast) -> None:
    places = await practice(cast)
    await cast.write(
        lambda s: cancel_following(s, cast.alice(s), event_id=places[2].id, now=cast.now)
    )
    cast.clock.advance(weeks=4)
    await extend(cast)
    assert len(await starts(cast)) == 2
    told = [row.event_type for row in await cast.rows(OutboxEvent)]
    assert told.count(EventCancelled.event_type) == 1


async def test_each_keeps_its_number_in_the_group_and_its_people(cast: Cast) -> None:
    places = await practice(cast)
    groups = await cast.read(lambda s: [s.get_one(Group, one.id) for one in places])
    assert {group.name for group in groups} == {"Practice"}
    assert len({group.slug for group in groups}) == 8
    done = await answer(cast, cast.alice, places[7], Answer.NO)
    assert done.status.value == "declined"


async def test_who_declined_only_the_first_hears_that_none_follow(cast: Cast) -> None:
    places = await practice(cast)
    await reach(cast, cast.alice, cast.bob)
    await answer(cast, cast.bob, places[0], Answer.NO)
    await cast.write(
        lambda s: cancel_following(s, cast.alice(s), event_id=places[0].id, now=cast.now)
    )
    [told] = [one for one in await cast.rows(OutboxEvent) if one.event_type == "event.cancelled"]
    heard = await audience(cast, read_fact(told.event_type, told.payload))
    assert heard == [("event_cancelled", one.sender.address) for one in (cast.alice, cast.bob)]


async def test_each_is_asked_anew_after_a_change_and_none_after_a_typo(cast: Cast) -> None:
    places = await practice(cast, place="Sports hall")
    for place in places[1:3]:
        await answer(cast, cast.bob, place)
    before = [(await event_of(cast, place)).sequence for place in places]
    second = places[1].id

    async def change(**changes: Any) -> list[int | None]:
        done = await cast.write(
            lambda s: edit_following(
                s, cast.alice(s), event_id=second, changes=changes, now=cast.now
            )
        )
        return [one.asks_again for one in done]

    assert await change(place="Sport hall") == [None] * 7
    assert await change(place="Old mill") == [1, 1, 0, 0, 0, 0, 0]
    after = [(await event_of(cast, place)).sequence for place in places]
    assert [new - old for new, old in zip(after, before, strict=True)] == [0, *[2] * 7]
