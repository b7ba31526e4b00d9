"""Health: alive is not the same as making progress."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.progress import Progress
from core.database import Database
from core.deliveries import Delivery
from core.inbox import Arrival, keep
from core.migrate import migrate
from core.outbox import OutboxEvent
from tests.bot.web.conftest import Client, Serve, locked
from tests.cast import NOW, Clock

TOKEN = "1000000001:SANDBOX-abcdefghijklmnopqrstuvwxyz012345"


async def readiness(client: Client) -> tuple[int, dict[str, Any]]:
    """The status, and of each check whether it holds."""
    async with client.get("/readyz") as answer:
        body = await answer.json()
        assert body["ready"] is (answer.status == 200)
        return answer.status, {check["name"]: check["ok"] for check in body["checks"]}


async def detail(client: Client, name: str) -> str:
    async with client.get("/readyz") as answer:
        checks = (await answer.json())["checks"]
    return str(next(check["detail"] for check in checks if check["name"] == name))


async def test_it_is_ready_when_everything_holds(client: Client) -> None:
    holds = {"database": True, "schema": True, "inbox": True, "deliveries": True, "intake": True}
    assert await readiness(client) == (200, holds)


async def test_it_is_alive_while_the_database_is_away(serve: Serve, away: Database) -> None:
    client = await serve(away)
    async with client.get("/healthz") as answer:
        assert answer.status == 200
    assert await readiness(client) == (503, {"database": False, "intake": True})


@pytest.mark.fault(29)
async def test_a_schema_of_another_version_is_not_ready(
    sqlite_database: Database, serve: Serve
) -> None:
    client = await serve(sqlite_database)
    await migrate(sqlite_database, "base")
    status, checks = await readiness(client)
    assert (status, checks["database"], checks["schema"]) == (503, True, False)
    assert "inbox" not in checks


@pytest.mark.fault(23)
async def test_a_locked_writer_does_not_stop_the_health_page(
    client: Client, sqlite_database: Database
) -> None:
    with locked(sqlite_database):
        assert (await readiness(client))[0] == 200


@pytest.mark.parametrize(("age", "ok"), [(59, True), (61, False)])
async def test_an_update_that_nobody_handles_is_noticed(
    client: Client, sqlite_database: Database, clock: Clock, age: int, ok: bool
) -> None:
    await sqlite_database.write(
        lambda s: keep(s, [Arrival("telegram", "1", "7", {})], now=clock.now)
    )
    clock.advance(seconds=age)
    status, checks = await readiness(client)
    assert (status == 200, checks["inbox"]) == (ok, ok)


@pytest.mark.parametrize(("age", "ok"), [(-3600, True), (299, True), (301, False)])
async def test_a_delivery_that_stays_due_is_noticed(
    client: Client, sqlite_database: Database, clock: Clock, age: int, ok: bool
) -> None:
    await sqlite_database.write(add_delivery)
    clock.advance(seconds=age)
    status, checks = await readiness(client)
    assert (status == 200, checks["deliveries"]) == (ok, ok)


@pytest.mark.fault(40)
@pytest.mark.fault(39)
@pytest.mark.parametrize("reason", ["401 Unauthorized", "409 Conflict: terminated by other"])
async def test_a_refused_poll_turns_health_red_until_one_succeeds(
    serve: Serve, sqlite_database: Database, progress: Progress, reason: str
) -> None:
    client = await serve(sqlite_database, polling=True)
    progress.poll_succeeded()
    progress.poll_failed(reason)
    assert (await readiness(client))[1]["poll"] is False
    assert await detail(client, "poll") == f"{reason}, since {NOW.isoformat()}"
    progress.poll_succeeded()
    assert (await readiness(client))[0] == 200


async def test_a_problem_that_stays_is_told_since_its_beginning(
    serve: Serve, sqlite_database: Database, progress: Progress, clock: Clock
) -> None:
    client = await serve(sqlite_database, polling=True)
    for _ in range(3):
        progress.poll_failed("401 Unauthorized")
        clock.advance(seconds=3)
    assert await detail(client, "poll") == f"401 Unauthorized, since {NOW.isoformat()}"


async def test_it_is_not_ready_before_the_first_poll(
    serve: Serve, sqlite_database: Database
) -> None:
    client = await serve(sqlite_database, polling=True)
    assert (await readiness(client))[0] == 503
    assert await detail(client, "poll") == "not yet"


STEPS: dict[str, tuple[dict[str, Any], Callable[[Progress], None], float]] = {
    "poll": ({"polling": True}, Progress.poll_succeeded, 90),
    "outbox": ({"tick_s": 1.0}, Progress.outbox_ticked, 60),
    "outbox, slowly": ({"tick_s": 100.0}, Progress.outbox_ticked, 300),
}


@pytest.mark.fault(18)
@pytest.mark.fault(41)
@pytest.mark.parametrize("name", STEPS)
async def test_a_loop_that_stands_still_is_noticed(
    serve: Serve, sqlite_database: Database, progress: Progress, clock: Clock, name: str
) -> None:
    options, step, limit = STEPS[name]
    client = await serve(sqlite_database, **options)
    step(progress)
    clock.advance(seconds=limit - 1)
    assert (await readiness(client))[0] == 200
    clock.advance(seconds=1)
    assert (await readiness(client))[0] == 503


async def test_a_process_that_stops_is_alive_and_not_ready(
    client: Client, stopping: asyncio.Event
) -> None:
    stopping.set()
    assert (await readiness(client))[0] == 503
    async with client.get("/healthz") as answer:
        assert answer.status == 200


@pytest.mark.attack(60)
async def test_no_token_reaches_the_page(
    serve: Serve, sqlite_database: Database, progress: Progress
) -> None:
    client = await serve(sqlite_database, polling=True)
    progress.poll_failed(f"cannot connect to https://api.telegram.org/bot{TOKEN}/getUpdates")
    assert TOKEN not in await detail(client, "poll")


def add_delivery(session: Session) -> None:
    event = OutboxEvent(event_type="member.joined", payload={}, created_at=NOW)
    session.add(event)
    session.flush()
    session.add(
        Delivery(outbox_id=event.id, channel="telegram", address="7", kind="welcome", due_at=NOW)
    )
