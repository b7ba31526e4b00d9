"""The whole bot in one event loop: how it starts, what it survives, in which order it stops."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator

import pytest

from bot import app, loops
from bot.cannot_start import CannotStart, PortTaken
from bot.intake import Intake
from bot.platforms.telegram import plug
from bot.plug import Part
from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox
from core.deliveries import Delivery, DeliveryStatus
from core.inbox import InboxRow, InboxStatus
from tests.faults.rig import (
    BOB,
    CAROL,
    DANA,
    ROOM,
    Team,
    Usher,
    free_port,
    until,
    usher,
    variables,
)


@pytest.fixture
async def running(tigers: Team, sqlite_database_url: str, sandbox: Sandbox) -> AsyncIterator[Usher]:
    async with usher(variables(sqlite_database_url, sandbox)) as running:
        await until(running.is_ready)
        yield running


async def deliveries(tigers: Team, status: DeliveryStatus) -> list[Delivery]:
    """The welcomes; who joins is shown into the room as well."""
    rows = await tigers.cast.rows(Delivery)
    return [row for row in rows if row.status is status and row.kind == "welcome"]


async def test_the_commit_wakes_the_welcome_and_not_the_interval(
    running: Usher, tigers: Team
) -> None:
    tigers.tap_accept(await tigers.card(BOB))
    tapped = time.monotonic()
    await tigers.welcomed("Bob")
    assert time.monotonic() - tapped < 5  # the interval is an hour
    await until(lambda: deliveries(tigers, DeliveryStatus.SENT))


async def test_many_joiners_are_welcomed_once_each_and_in_order(
    running: Usher, tigers: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.pacing.Pacer.wait_for", lambda *_, **__: 0.0)
    people = [tigers.sandbox.telegram.add_person(f"Guest{n:02}").id for n in range(20)]
    for one in people:
        await tigers.accept(one)
    sent = await until(lambda: _all_sent(tigers, 20))
    said = [str(one.message_id) for one in tigers.sandbox.telegram.messages(ROOM)]
    assert [row.provider_id for row in sent] == said[-20:]


async def test_a_busy_loop_lets_units_of_work_have_their_turn_soon(
    tigers: Team, sqlite_database_url: str, sandbox: Sandbox
) -> None:
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.005)
    try:
        async with usher(variables(sqlite_database_url, sandbox)) as running:
            await until(running.is_ready)
            assert sys.getswitchinterval() < 0.001
    finally:
        sys.setswitchinterval(before)


async def test_it_is_ready_before_telegram_has_answered_the_menus(
    tigers: Team, sqlite_database_url: str, sandbox: Sandbox
) -> None:
    sandbox.faults.add(slow := Fault("setMyCommands", times=100, delay_s=60))

    async def was_asked() -> bool:
        return slow.times < 100

    async with usher(variables(sqlite_database_url, sandbox)) as running:
        await until(running.is_ready, within_s=10)
        assert await until(was_asked)


@pytest.mark.fault(34)
async def test_while_telegram_is_down_it_is_alive_and_says_that_it_is_not_ready(
    tigers: Team, sqlite_database_url: str, sandbox: Sandbox
) -> None:
    sandbox.faults.add(Fault("*", times=10_000, status=502, body="<html>"))
    async with usher(variables(sqlite_database_url, sandbox)) as running:
        assert "poll" in await until(lambda: _failing(running))
        assert (await running.get("/healthz"))[0] == 200


async def test_it_polls_although_telegram_has_not_said_who_we_are(
    tigers: Team, sqlite_database_url: str, sandbox: Sandbox
) -> None:
    sandbox.faults.add(Fault("getMe", times=10_000, drop="before"))
    sandbox.telegram.press_start(BOB)
    async with usher(variables(sqlite_database_url, sandbox)) as running:
        rows = await until(lambda: tigers.cast.rows(InboxRow))
        assert {row.status for row in rows} == {InboxStatus.PENDING}
        assert await until(running.is_ready)
        assert tigers.welcomes(BOB) == []


async def test_what_came_in_meanwhile_is_handled_once_telegram_is_back(
    tigers: Team, sqlite_database_url: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plug, "SHORTEST_PAUSE_S", 0.01)
    sandbox.faults.add(Fault("getMe", times=10_000, drop="before"))
    sandbox.telegram.press_start(BOB)
    async with usher(variables(sqlite_database_url, sandbox)):
        await until(lambda: tigers.cast.rows(InboxRow))
        sandbox.faults.clear()
        await sandbox.telegram.wait_for(lambda: tigers.welcomes(BOB), 20)


@pytest.mark.fault(48)
async def test_a_webhook_left_behind_is_removed_however_often_that_fails(
    tigers: Team, sqlite_database_url: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plug, "SHORTEST_PAUSE_S", 0.01)
    sandbox.telegram.updates.webhook_active = True
    sandbox.faults.add(Fault("deleteWebhook", times=3, status=500))
    async with usher(variables(sqlite_database_url, sandbox)) as running:
        await until(running.is_ready)
        assert not sandbox.telegram.updates.webhook_active


@pytest.mark.fault(48)
async def test_a_webhook_that_can_t_be_set_is_told_and_tried_again(
    tigers: Team, sqlite_database_url: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plug, "SHORTEST_PAUSE_S", 0.3)
    sandbox.faults.add(
        Fault("setWebhook", times=2, status=400, description="Bad Request: bad webhook")
    )
    settings = variables(sqlite_database_url, sandbox, USHER_TELEGRAM_WEBHOOK_SECRET="s3cret-x")
    async with usher(settings) as running:
        assert "Bad webhook" in await until(lambda: running.fails("intake"))
        await until(running.is_ready)
        assert "chat_member" in sandbox.telegram.updates.allowed


@pytest.mark.fault(17)
async def test_a_stop_waits_for_the_send_that_is_in_flight(
    tigers: Team, sqlite_database_url: str, sandbox: Sandbox
) -> None:
    sandbox.faults.add(Fault("sendMessage", chat_id=ROOM, delay_s=1))
    async with usher(variables(sqlite_database_url, sandbox)) as running:
        await tigers.accept(BOB)
        await tigers.welcomed("Bob")
        running.stop.set()
        await running.task
    assert len(await deliveries(tigers, DeliveryStatus.SENT)) == 1


@pytest.mark.fault(17)
async def test_a_stop_breaks_off_what_takes_too_long_and_loses_nothing(
    tigers: Team, sqlite_database_url: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "STOP_PATIENCE_S", 0.2)
    sandbox.faults.add(Fault("sendMessage", chat_id=ROOM, delay_s=600))
    async with usher(variables(sqlite_database_url, sandbox)) as running:
        await tigers.accept(BOB)
        await tigers.welcomed("Bob")
        running.stop.set()
        await asyncio.wait_for(running.task, 5)
    assert len(await deliveries(tigers, DeliveryStatus.SENDING)) == 1


@pytest.mark.fault(17)
async def test_a_stop_breaks_off_a_start_that_telegram_keeps_waiting(
    tigers: Team, sqlite_database_url: str, sandbox: Sandbox
) -> None:
    sandbox.faults.add(Fault("*", times=1000, delay_s=600))
    async with usher(variables(sqlite_database_url, sandbox)) as running:
        await until(lambda: _alive(running))
        running.stop.set()
        await asyncio.wait_for(running.task, 5)


async def test_a_stop_leaves_no_task_behind(
    tigers: Team, sqlite_database_url: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.faults.add(Fault("sendMessage", chat_id=ROOM, delay_s=600))
    monkeypatch.setattr(app, "STOP_PATIENCE_S", 0.1)
    async with usher(variables(sqlite_database_url, sandbox)) as running:
        await until(running.is_ready)
        await tigers.accept(CAROL)
        await tigers.welcomed("Carol")
    tasks = [repr(task) for task in asyncio.all_tasks() - {asyncio.current_task()}]
    served = ("aiohttp/web_protocol", "/bot/sandbox/")  # the sandbox goes on
    assert [task for task in tasks if not any(name in task for name in served)] == []


async def test_a_taken_port_ends_the_start_with_what_to_do(
    tigers: Team, sqlite_database_url: str, sandbox: Sandbox
) -> None:
    settings = variables(sqlite_database_url, sandbox)
    async with usher(settings) as running:
        await until(running.is_ready)
        with pytest.raises(PortTaken, match=r"^Can't listen on .* set USHER_HTTP_PORT"):
            async with usher(settings):
                pass


async def test_a_database_out_of_reach_ends_the_start_with_one_line(sandbox: Sandbox) -> None:
    away = f"postgresql+psycopg://u:pass-word@127.0.0.1:{free_port()}/db"
    with pytest.raises(CannotStart, match="USHER_DATABASE_URL") as caught:
        async with usher(variables(away, sandbox)):
            pass
    assert "\n" not in str(caught.value)
    assert "pass-word" not in str(caught.value)


async def test_parts_may_run_apart(
    tigers: Team, sqlite_database_url: str, sandbox: Sandbox
) -> None:
    settings = variables(sqlite_database_url, sandbox, USHER_OUTBOX_INTERVAL_S="0.05")
    apart = [usher(settings, {part}) for part in (Part.POLL, Part.WORKER, Part.WEB)]
    async with apart[0], apart[1], apart[2] as web:
        await tigers.accept(BOB)
        await tigers.welcomed("Bob")
        await until(web.is_ready)


async def test_a_broken_loop_is_started_again(
    tigers: Team, sqlite_database_url: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loops, "RESTART_PAUSE_S", 0.01)
    breaks = iter([RuntimeError("a bug")])
    run = Intake.run

    async def sometimes(intake: Intake) -> None:
        for error in breaks:
            raise error
        await run(intake)

    monkeypatch.setattr(Intake, "run", sometimes)
    async with usher(variables(sqlite_database_url, sandbox)):
        sandbox.telegram.press_start(DANA)
        await sandbox.telegram.wait_for(lambda: tigers.welcomes(DANA), 20)


async def _alive(running: Usher) -> bool:
    return (await running.get("/healthz"))[0] == 200


async def _all_sent(tigers: Team, count: int) -> list[Delivery]:
    sent = await deliveries(tigers, DeliveryStatus.SENT)
    return sent if len(sent) == count else []


async def _failing(running: Usher) -> list[str]:
    _, body = await running.get("/readyz")
    checks = body["checks"] if body else []
    return [check["name"] for check in checks if not check["ok"]]
