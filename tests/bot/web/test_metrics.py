"""/metrics: what waits is counted when it is asked, and a lost database hides nothing else."""

from __future__ import annotations

import pytest

from bot.metrics import Metrics
from bot.progress import Progress
from core.database import Database
from core.inbox import Arrival, keep, mark_handled, set_aside
from tests.bot.web.conftest import Client, Serve, samples
from tests.bot.web.test_health import TOKEN, add_delivery
from tests.cast import NOW, Clock


async def test_rows_that_wait_or_need_a_look_are_counted_by_queue_and_status(
    client: Client, sqlite_database: Database
) -> None:
    arrivals = [Arrival("telegram", str(n), "7", {}) for n in range(3)]
    await sqlite_database.write(lambda s: keep(s, arrivals, now=NOW))
    await sqlite_database.write(lambda s: mark_handled(s, 1, now=NOW))
    await sqlite_database.write(lambda s: set_aside(s, 2, reason="no date", now=NOW))
    await sqlite_database.write(add_delivery)
    rows = {(s["queue"], s["status"]): value for s, value in await samples(client, "usher_rows")}
    assert {key: value for key, value in rows.items() if value} == {
        ("inbox", "pending"): 1,
        ("inbox", "unreadable"): 1,
        ("outbox", "pending"): 1,
        ("deliveries", "pending"): 1,
    }
    assert rows["deliveries", "uncertain"] == 0


async def test_the_oldest_age_is_of_what_waits(
    client: Client, sqlite_database: Database, clock: Clock
) -> None:
    await sqlite_database.write(add_delivery)
    clock.advance(seconds=30)
    ages = {s["queue"]: value for s, value in await samples(client, "usher_oldest_seconds")}
    assert ages == {"deliveries": 30, "outbox": 30, "inbox": 0}


async def test_the_last_steps_are_told_once_they_happened(
    client: Client, progress: Progress, clock: Clock
) -> None:
    assert await samples(client, "usher_last_seconds") == []
    progress.poll_succeeded()
    progress.inbox_passed()
    progress.outbox_ticked()
    clock.advance(seconds=5)
    ages = await samples(client, "usher_last_seconds")
    assert {s["step"]: value for s, value in ages} == {"poll": 5, "inbox": 5, "outbox": 5}


async def test_counters_of_others_are_shown(client: Client, metrics: Metrics) -> None:
    metrics.messages_sent.labels("telegram", "sent").inc(2)
    metrics.updates_handled.labels("telegram").inc()
    sent = await samples(client, "usher_messages_sent_total")
    assert sent == [({"channel": "telegram", "outcome": "sent"}, 2)]


async def test_a_lost_database_leaves_the_rest(
    serve: Serve, away: Database, metrics: Metrics
) -> None:
    metrics.updates_kept.labels("telegram").inc()
    client = await serve(away)
    assert await samples(client, "usher_database_up") == [({}, 0)]
    assert await samples(client, "usher_updates_kept_total") != []
    assert await samples(client, "usher_rows") == []


async def test_the_process_itself_is_measured(client: Client) -> None:
    [(_, resident)] = await samples(client, "process_resident_memory_bytes")
    assert resident > 1_000_000


@pytest.mark.attack(60)
async def test_no_token_reaches_the_metrics(client: Client, progress: Progress) -> None:
    progress.poll_failed(f"https://api.telegram.org/bot{TOKEN}/getUpdates")
    async with client.get("/metrics") as answer:
        assert TOKEN not in await answer.text()
