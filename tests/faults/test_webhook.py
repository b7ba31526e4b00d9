"""The bot behind a webhook, in a process of its own."""

from __future__ import annotations

import aiohttp
import pytest

from bot.platforms.telegram.webhook import TELEGRAM_HEADER
from core.inbox import InboxRow
from tests.bot.web.conftest import locked
from tests.faults.rig import BOB, CAROL, Process, Processes, Team, until, variables

SECRET = "a-secret_of-the-webhook"


@pytest.fixture
async def process(processes: Processes, tigers: Team, sqlite_database_url: str) -> Process:
    settings = variables(sqlite_database_url, tigers.sandbox, USHER_TELEGRAM_WEBHOOK_SECRET=SECRET)
    process = processes.start(settings)
    await until(process.is_ready)
    await until(lambda: _is_set(tigers))
    return process


async def test_the_main_job_is_done_by_webhook(process: Process, tigers: Team) -> None:
    await tigers.accept(BOB)
    await tigers.welcomed("Bob")
    assert tigers.sandbox.telegram.updates.pending() == []
    assert "chat_member" in tigers.sandbox.telegram.updates.allowed


@pytest.mark.attack(32)
@pytest.mark.attack(60)
@pytest.mark.parametrize(
    "headers", [{}, {TELEGRAM_HEADER: "wrong"}, {TELEGRAM_HEADER: SECRET[:-1]}]
)
async def test_a_forged_post_is_refused_and_leaves_no_trace(
    headers: dict[str, str], process: Process, tigers: Team
) -> None:
    url = f"http://127.0.0.1:{process.port}/webhooks/telegram"
    forged = {"update_id": 666, "message": {"text": "/newgroup Forged"}}
    async with (
        aiohttp.ClientSession() as http,
        http.post(url, json=forged, headers=headers) as answer,
    ):
        assert answer.status == 401
    assert "666" not in {row.external_id for row in await tigers.cast.rows(InboxRow)}
    assert SECRET[:-1] not in process.text()


@pytest.mark.fault(23)
@pytest.mark.fault(46)
async def test_while_the_database_is_locked_telegram_is_put_off_and_nothing_is_lost(
    process: Process, tigers: Team
) -> None:
    with locked(tigers.cast.database):
        tigers.say_hello(CAROL)
        assert "503" in await until(lambda: _complaint(tigers))
        assert await process.fails("intake")
    await tigers.sandbox.telegram.wait_for(lambda: tigers.welcomes(CAROL), 20)
    await until(process.is_ready)


async def _is_set(tigers: Team) -> bool:
    return tigers.sandbox.telegram.webhook is not None


async def _complaint(tigers: Team) -> str:
    webhook = tigers.sandbox.telegram.webhook
    return str(webhook.info().get("last_error_message", "")) if webhook else ""
