"""SIGKILL between what was asked for and the answer: the next process gives it."""

from __future__ import annotations

import signal
from datetime import timedelta

import pytest
from sqlalchemy import update

from core.access import Member
from core.inbox import InboxRow
from core.replies import REPEATED
from tests.faults.rig import BOB, Processes, Team, until, variables

KILLED = -signal.SIGKILL


async def crash_at(point: str, processes: Processes, tigers: Team, url: str) -> dict[str, str]:
    """Bob taps Accept, and the bot dies at `point`; the settings to start it again."""
    settings = variables(url, tigers.sandbox)
    dying = processes.start(settings, crash_at=point)
    await tigers.accept(BOB)
    assert await dying.ended() == KILLED
    return settings


async def is_even(tigers: Team) -> list[InboxRow]:
    """The inbox, once nothing is owed."""
    rows = await tigers.cast.rows(InboxRow)
    return [] if any(row.reply is not None or row.handled_at is None for row in rows) else rows


def told(tigers: Team) -> int:
    """How often Bob's card was changed, or he was written to, with the good news."""
    entries = tigers.sandbox.ledger.entries
    return sum("You are in" in str(one.get("text")) for one in entries if one["chat_id"] == BOB)


@pytest.mark.fault(1)
async def test_an_answer_that_was_due_is_given_after_the_restart(
    processes: Processes, tigers: Team, sqlite_database_url: str
) -> None:
    settings = await crash_at("before_answer", processes, tigers, sqlite_database_url)
    assert told(tigers) == 0
    processes.start(settings)
    rows = await until(lambda: is_even(tigers))
    await tigers.sandbox.telegram.wait_for(lambda: told(tigers), 20)
    assert (told(tigers), rows[-1].last_error) == (1, REPEATED)


@pytest.mark.fault(3)
async def test_an_answer_that_was_given_comes_twice_at_most_and_that_is_noted(
    processes: Processes, tigers: Team, sqlite_database_url: str
) -> None:
    settings = await crash_at("after_answer", processes, tigers, sqlite_database_url)
    assert told(tigers) == 1
    processes.start(settings)
    rows = await until(lambda: is_even(tigers))
    assert (told(tigers) <= 2, rows[-1].last_error) == (True, REPEATED)
    assert len(await tigers.cast.rows(Member)) == 3  # alice, bob of the cast, and Bob, once


@pytest.mark.fault(1)
async def test_an_answer_of_long_ago_is_not_given(
    processes: Processes, tigers: Team, sqlite_database_url: str
) -> None:
    settings = await crash_at("before_answer", processes, tigers, sqlite_database_url)
    (*_, row) = await tigers.cast.rows(InboxRow)
    assert row.handled_at is not None
    old = {"handled_at": row.handled_at - timedelta(minutes=6)}
    await tigers.cast.write(lambda s: s.execute(update(InboxRow).values(old)).close())
    processes.start(settings)
    await until(lambda: is_even(tigers))
    assert told(tigers) == 0
