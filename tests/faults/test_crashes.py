"""SIGKILL at the worst moments, and a new start: nothing is lost, nothing is done twice."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from bot.app import STOP_PATIENCE_S
from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox
from core.access import Member, MemberState
from core.deliveries import Delivery, DeliveryStatus
from core.inbox import InboxRow, InboxStatus
from core.outbox import OutboxEvent
from core.replies import REPEATED
from tests.faults.rig import (
    BOB,
    ROOM,
    Processes,
    Team,
    team,
    until,
    variables,
)

KILLED = -signal.SIGKILL


async def lease_runs_out(tigers: Team) -> None:
    """What the database's clock would do within a minute."""
    past = {"lease_until": datetime(2000, 1, 1, tzinfo=UTC)}
    await tigers.cast.write(lambda s: s.execute(update(Delivery).values(past)).close())


async def welcomes(tigers: Team) -> list[Delivery]:
    """Who joins is shown into the room as well: that is left out."""
    return [row for row in await tigers.cast.rows(Delivery) if row.kind == "welcome"]


async def settled(tigers: Team, count: int = 1) -> list[Delivery]:
    """The welcomes, once so many of them are sent."""
    rows = await welcomes(tigers)
    return rows if [row.status for row in rows] == [DeliveryStatus.SENT] * count else []


async def handled(tigers: Team) -> list[InboxRow]:
    """The inbox, once all of it is handled."""
    rows = await tigers.cast.rows(InboxRow)
    return rows if rows and all(row.status is InboxStatus.HANDLED for row in rows) else []


def welcomes_in_ledger(sandbox: Sandbox) -> list[str]:
    """A link into the room, which is in the ledger as well, has no text."""
    there = [one for one in sandbox.ledger.entries if one["chat_id"] == ROOM and one["text"]]
    return [str(one["text"]) for one in there]


async def crash_at(
    point: str, processes: Processes, tigers: Team, settings: dict[str, str]
) -> None:
    """A bot dies at `point` when Bob accepts."""
    dying = processes.start(settings, crash_at=point)
    await tigers.accept(BOB)
    assert await dying.ended() == KILLED


@pytest.mark.fault(1)
async def test_a_crash_after_the_commit_loses_no_welcome(
    processes: Processes, tigers: Team, sqlite_database_url: str
) -> None:
    settings = variables(sqlite_database_url, tigers.sandbox)
    await crash_at("after_commit", processes, tigers, settings)
    assert welcomes_in_ledger(tigers.sandbox) == []
    processes.start(settings)
    (row,) = await until(lambda: settled(tigers))
    assert (row.attempts, row.lost_claims) == (1, 0)
    assert len(welcomes_in_ledger(tigers.sandbox)) == 1


@pytest.mark.fault(2)
async def test_a_crash_after_the_claim_is_made_good_when_the_lease_is_over(
    processes: Processes, tigers: Team, sqlite_database_url: str
) -> None:
    settings = variables(sqlite_database_url, tigers.sandbox, USHER_OUTBOX_INTERVAL_S="0.05")
    await crash_at("before_send", processes, tigers, settings)
    assert welcomes_in_ledger(tigers.sandbox) == []
    second = processes.start(settings)
    await until(second.is_ready)
    assert welcomes_in_ledger(tigers.sandbox) == []  # the claim still holds
    await lease_runs_out(tigers)
    (row,) = await until(lambda: settled(tigers))
    assert (row.attempts, row.lost_claims) == (2, 1)
    assert len(welcomes_in_ledger(tigers.sandbox)) == 1


@pytest.mark.fault(3)
async def test_a_crash_after_the_send_repeats_it_once_at_most_and_counts_that(
    processes: Processes, tigers: Team, sqlite_database_url: str
) -> None:
    settings = variables(sqlite_database_url, tigers.sandbox, USHER_OUTBOX_INTERVAL_S="0.05")
    await crash_at("after_send", processes, tigers, settings)
    assert len(welcomes_in_ledger(tigers.sandbox)) == 1
    processes.start(settings)
    await lease_runs_out(tigers)
    (row,) = await until(lambda: settled(tigers))
    assert row.lost_claims == 1
    assert len(welcomes_in_ledger(tigers.sandbox)) == 2


@pytest.mark.fault(4)
async def test_a_crash_inside_the_transaction_leaves_neither_change_nor_message(
    processes: Processes, tigers: Team, sqlite_database_url: str
) -> None:
    settings = variables(sqlite_database_url, tigers.sandbox)
    await crash_at("in_transaction", processes, tigers, settings)
    members = [row for row in await tigers.cast.rows(Member) if row.state is MemberState.ACTIVE]
    assert len(members) == 2  # alice and bob of the cast
    assert await tigers.cast.rows(OutboxEvent) == []
    processes.start(settings)  # the tap was kept, and is handled now
    await until(lambda: settled(tigers))
    assert len(welcomes_in_ledger(tigers.sandbox)) == 1


@pytest.mark.fault(42)
@pytest.mark.parametrize("point", ["batch_fetched", "batch_kept", "batch_half_handled"])
async def test_a_crash_with_a_hundred_updates_fetched_loses_none(
    point: str, processes: Processes, tigers: Team, sqlite_database_url: str
) -> None:
    world = tigers.sandbox.telegram
    world.updates.drop()
    people = [world.add_person(f"Guest{n}").id for n in range(100)]
    for one in people:
        world.press_start(one)
    settings = variables(sqlite_database_url, tigers.sandbox)
    assert await processes.start(settings, crash_at=point).ended() == KILLED
    processes.start(settings)
    assert len(await until(lambda: handled(tigers))) == 100
    entries = tigers.sandbox.ledger.entries
    await world.wait_for(lambda: {one["chat_id"] for one in entries} >= set(people), timeout=20)
    heard = Counter(entry["chat_id"] for entry in entries)
    # Whoever was answered in the very moment of the crash may hear it again, which is noted.
    noted = [row for row in await tigers.cast.rows(InboxRow) if row.last_error == REPEATED]
    assert max(heard.values()) <= 2
    assert heard.total() - len(people) <= len(noted)


@pytest.mark.fault(6)
async def test_two_drainers_on_one_database_send_each_message_once(
    processes: Processes, sandbox: Sandbox, database_url: str
) -> None:
    rooms = [
        sandbox.telegram.add_room(f"Room {n}", owner_id=101, with_bot=True).id for n in range(9)
    ]
    async with team(database_url, sandbox, *rooms) as tigers:
        settings = variables(database_url, sandbox, USHER_OUTBOX_INTERVAL_S="0.02")
        drainers = [processes.start(settings, "worker") for _ in range(2)]
        await asyncio.gather(*(drainer.logged("usher is up") for drainer in drainers))
        for _ in range(5):
            await tigers.cast.accept(await tigers.cast.somebody(), tigers.invite.token)
        rows = await until(lambda: settled(tigers, 45))
    assert {row.attempts for row in rows} == {1}
    heard = Counter(
        entry["chat_id"] for entry in sandbox.ledger.entries if entry["chat_id"] in rooms
    )
    assert heard == Counter(dict.fromkeys(rooms, 5))


@pytest.mark.fault(17)
async def test_sigterm_twice_in_mid_send_ends_in_time_and_loses_nothing(
    processes: Processes, tigers: Team, sqlite_database_url: str
) -> None:
    tigers.sandbox.faults.add(Fault("sendMessage", chat_id=ROOM, delay_s=1))
    process = processes.start(variables(sqlite_database_url, tigers.sandbox))
    await tigers.accept(BOB)
    await tigers.welcomed("Bob")
    process.signal(signal.SIGTERM)
    await process.logged("usher stops")
    process.signal(signal.SIGTERM)
    assert await process.ended() == 0
    assert await settled(tigers)
    assert len(welcomes_in_ledger(tigers.sandbox)) == 1


@pytest.mark.fault(17)
async def test_sigterm_while_telegram_never_answers_ends_when_patience_does(
    processes: Processes, tigers: Team, sqlite_database_url: str
) -> None:
    tigers.sandbox.faults.add(Fault("sendMessage", chat_id=ROOM, delay_s=600))
    settings = variables(sqlite_database_url, tigers.sandbox)
    process = processes.start(settings, crash_at="impatient")
    await tigers.accept(BOB)
    await tigers.welcomed("Bob")
    process.signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.ended(), 1 + 20 - STOP_PATIENCE_S) == 0
    (row,) = await welcomes(tigers)
    assert row.status is DeliveryStatus.SENDING
