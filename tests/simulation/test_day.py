"""A day of a city: outages, clocks that jump, senders that vanish; nothing is lost."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import event

from core.database import Database
from core.deliveries import Delivery
from tests.cast import NOW, rows
from tests.simulation.city import City, address_of
from tests.simulation.weather import Weather
from tests.sizes import GROUPS, PEOPLE

STEP = timedelta(minutes=30)
STEPS = timedelta(days=1) // STEP
# At which step the clock jumps, and how far.
JUMPS = {
    STEPS // 4: timedelta(hours=1),
    STEPS // 2: timedelta(hours=-1),
    STEPS * 3 // 4: timedelta(minutes=5),
}
FINAL = {"sent", "failed", "uncertain"}

pytestmark = [pytest.mark.timeout(600)]


@pytest.fixture
async def city(sqlite_database: Database) -> City:
    event.listen(sqlite_database.sync_engine, "connect", _without_the_disk)
    midnight = NOW.replace(hour=0, minute=0)
    dice = random.Random(20261120)  # noqa: S311 - the same day each time
    kicked = {address_of(number) for number in dice.sample(range(GROUPS), GROUPS // 100)}
    weather = Weather(midnight, dice, kicked)
    city = City(sqlite_database, weather, dice, midnight, PEOPLE, GROUPS)
    await city.found()
    return city


def _without_the_disk(connection: Any, _: object) -> None:
    """No power is cut here, and the day is to pass in seconds."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous = OFF")
    cursor.close()


@pytest.mark.fault(13)
@pytest.mark.fault(15)
@pytest.mark.fault(19)
@pytest.mark.fault(20)
async def test_a_day_of_outages_and_jumping_clocks_loses_nothing(city: City) -> None:
    for step in range(STEPS):
        city.now += STEP + JUMPS.get(step, timedelta())
        await city.join(-(-PEOPLE // STEPS))
        await city.work()
        await nothing_is_lost(city)
        await city.lease_runs_out()
    await the_next_day_is_clear(city)
    found = await city.counts()
    assert sum(found[status] for status in FINAL) == city.joined == PEOPLE
    await nothing_comes_twice_but_what_a_sender_vanished_over(city)
    every_room_is_told_in_order(city)


async def nothing_is_lost(city: City) -> None:
    """Each fact waits or is a message, and each message is in one state."""
    found = await city.counts()
    assert found["fact pending"] + found["fact done"] == city.joined
    assert found["fact dead"] == 0
    messages = sum(count for status, count in found.items() if not status.startswith("fact"))
    assert messages == found["fact done"]
    assert found["sending"] <= city.vanished.total()


async def the_next_day_is_clear(city: City) -> None:
    """Whatever waits for its next try gets it."""
    city.weather.clear = True
    for _ in range(48):
        city.now += timedelta(hours=1)
        await city.work()
        await city.lease_runs_out()


async def nothing_comes_twice_but_what_a_sender_vanished_over(city: City) -> None:
    arrivals = Counter(delivery_id for _, delivery_id in city.weather.arrived)
    for row in await rows(city.database, Delivery):
        if row.status.value == "sent":
            assert 1 <= arrivals[row.id] <= 1 + city.vanished[row.id]
        elif row.status.value == "failed":
            assert arrivals[row.id] == 0
        assert row.lost_claims == city.vanished[row.id]


def every_room_is_told_in_order(city: City) -> None:
    last: dict[str, list[int]] = {}
    for address, delivery_id in city.weather.arrived:
        last.setdefault(address, []).append(delivery_id)
    assert all(one <= other for told in last.values() for one, other in pairwise(told))
