"""Guessing is counted, slowed down and told nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core.database import Database
from core.errors import Limited
from core.invites.guesses import LIMIT_ALL, LIMIT_EACH, WINDOW, Guess, count_recent, miss
from tests.cast import NOW, rows


async def guess(database: Database, times: int, *, by: str = "person:1", ago: float = 0) -> None:
    made = NOW - timedelta(seconds=ago)

    def unit(session: Session) -> None:
        session.add_all(Guess(guesser=by, made_at=made) for _ in range(times))

    await database.write(unit)


async def recent(database: Database, by: str = "person:1") -> int | str:
    try:
        return await database.read(lambda s: count_recent(s, by, now=NOW))
    except Limited as refusal:
        return refusal.code


@pytest.mark.attack(23)
async def test_ten_misses_a_minute_are_borne(sqlite_database: Database) -> None:
    await guess(sqlite_database, LIMIT_EACH - 1)
    assert await recent(sqlite_database) == LIMIT_EACH - 1
    await guess(sqlite_database, 1)
    assert await recent(sqlite_database) == "too_many_guesses"
    assert await recent(sqlite_database, "person:2") == 0


async def test_misses_of_a_minute_ago_are_forgiven(sqlite_database: Database) -> None:
    await guess(sqlite_database, LIMIT_EACH, ago=WINDOW.total_seconds())
    assert await recent(sqlite_database) == 0
    await guess(sqlite_database, 1, ago=59.9)
    assert await recent(sqlite_database) == 1


@pytest.mark.attack(23)
async def test_many_who_guess_together_are_slowed_down_and_who_never_missed_is_not(
    sqlite_database: Database,
) -> None:
    for number in range(LIMIT_ALL):
        await guess(sqlite_database, 1, by=f"person:{number}")
    assert await recent(sqlite_database, "person:7") == "too_many_guesses"
    assert await recent(sqlite_database, "person:9999") == 0


async def test_a_miss_is_remembered_and_old_ones_are_forgotten(database: Database) -> None:
    await guess(database, 5, ago=61)
    await database.write(miss("person:3", now=NOW))
    assert [row.guesser for row in await rows(database, Guess)] == ["person:3"]
