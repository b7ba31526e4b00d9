"""The poll loop: nothing is confirmed that is not kept, and nothing ends it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import text

from bot.ground import Ground
from bot.platforms.telegram import poll
from bot.platforms.telegram.arrivals import ALLOWED_UPDATES, arrival_of
from bot.platforms.telegram.poll import Poller
from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox
from bot.sandbox.telegram.updates import UpdateQueue
from bot.telegram_api import TelegramBot, make_bot
from core.database import Database
from core.errors import DatabaseUnavailable
from core.inbox import InboxRow
from tests.bot.web.conftest import locked
from tests.cast import rows
from tests.conftest import opened
from tests.faults.rig import BOB, TOKEN, sandbox_at, until


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with sandbox_at() as sandbox:
        sandbox.telegram.updates.drop()
        yield sandbox


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[TelegramBot]:
    async with make_bot(TOKEN, sandbox.url) as bot:
        yield bot


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poll, "SHORTEST_PAUSE_S", 0.01)
    monkeypatch.setattr(poll, "LONGEST_PAUSE_S", 0.05)
    monkeypatch.setattr(poll, "CONTESTED_TIMEOUT_S", 1)


class Polling:
    """A poll loop in a task, on its own Ground, and what it asked the sandbox for."""

    def __init__(self, bot: TelegramBot, database: Database) -> None:
        self.ground = Ground(database)
        self.poller = Poller(bot, self.ground)
        self.task = asyncio.create_task(self.poller.run())

    async def stop(self) -> None:
        assert not self.task.done(), "polling never ends by itself"
        self.task.cancel()
        await asyncio.wait([self.task])

    async def kept(self, count: int) -> list[InboxRow]:
        """The inbox, once it holds so many updates."""

        async def look() -> list[InboxRow]:
            found = await rows(self.ground.database, InboxRow)
            return found if len(found) >= count else []

        return await until(look)

    async def problem(self, word: str) -> None:
        """Wait until the problem that /readyz tells has `word` in it."""

        async def look() -> bool:
            problem = self.ground.progress.poll_problem
            return problem is not None and word in problem.reason

        await until(look)

    async def recovered(self) -> None:
        async def look() -> bool:
            progress = self.ground.progress
            return progress.last_poll is not None and progress.poll_problem is None

        await until(look)


@pytest.fixture
async def polling(bot: TelegramBot, sqlite_database: Database) -> AsyncIterator[Polling]:
    polling = Polling(bot, sqlite_database)
    yield polling
    await polling.stop()


def a_message(update_id: int, **more: Any) -> dict[str, Any]:
    chat = {"id": BOB, "type": "private", "first_name": "Bob"}
    who = {"id": BOB, "is_bot": False, "first_name": "Bob"}
    message = {"message_id": 5, "date": 1_790_000_000, "chat": chat, "from": who, "text": "hi"}
    return {"update_id": update_id, "message": message | more}


@pytest.mark.fault(42)
async def test_a_batch_is_committed_before_it_is_confirmed(
    sandbox: Sandbox, bot: TelegramBot, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[tuple[int, int]] = []
    confirm = UpdateQueue.confirm

    def noting(queue: UpdateQueue, offset: int) -> None:
        held.append((offset, len(queue.pending())))
        confirm(queue, offset)

    monkeypatch.setattr(UpdateQueue, "confirm", noting)
    monkeypatch.setattr(database, "write", _failing_at_first(database))
    for number in range(250):
        sandbox.telegram.updates.push_raw(a_message(1000 + number))
    polling = Polling(bot, database)
    assert len(await polling.kept(250)) == 250
    await until(lambda: _drained(sandbox))
    await polling.stop()
    # Twice from the beginning, because the first batch could not be kept; then step by step.
    assert held[:5] == [(0, 250), (0, 250), (1100, 250), (1200, 150), (1250, 50)]


@pytest.mark.fault(40)
@pytest.mark.fault(39)
@pytest.mark.fault(32)
@pytest.mark.parametrize(
    ("script", "told"),
    [
        ({"status": 401, "description": "Unauthorized"}, "401"),
        ({"status": 404, "description": "Not Found"}, "401"),
        ({"status": 409, "description": "Conflict: terminated"}, "409"),
        ({"body": "<html>oops</html>"}, "TelegramError"),
        ({"status": 502, "body": "<html>oops</html>"}, "NetworkError"),
        ({"status": 429, "description": "Too Many Requests"}, "Too Many Requests"),
        ({"drop": "before"}, "OutcomeUnknownError"),
        ({"body": '{"ok": true, "result": 7}'}, "list"),
        ({"body": '{"ok": true, "result": ["x", null]}'}, "no update has an id"),
    ],
)
async def test_whatever_happens_once_is_told_and_polling_goes_on(
    script: dict[str, Any], told: str, sandbox: Sandbox, polling: Polling
) -> None:
    await polling.recovered()
    sandbox.faults.add(Fault("getUpdates", times=2, **script))
    sandbox.telegram.press_start(BOB)
    await polling.problem(told)
    sandbox.faults.clear()
    await polling.kept(1)
    await polling.recovered()


@pytest.mark.fault(31)
async def test_a_wait_that_telegram_asks_for_is_kept(sandbox: Sandbox, polling: Polling) -> None:
    await polling.recovered()
    sandbox.faults.add(Fault("getUpdates", status=429, parameters={"retry_after": 600}))
    sandbox.telegram.press_start(BOB)
    await polling.problem("RetryAfter")
    assert polling.poller._pause_s == 600


@pytest.mark.fault(34)
async def test_an_outage_does_not_make_it_spin(
    sandbox: Sandbox,
    bot: TelegramBot,
    sqlite_database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    naps: list[float] = []

    async def nap(seconds: float) -> None:
        naps.append(seconds)
        await asyncio.sleep(0)

    monkeypatch.setattr(poll, "LONGEST_PAUSE_S", 30.0)
    monkeypatch.setattr(poll, "SHORTEST_PAUSE_S", 1.0)
    monkeypatch.setattr(poll, "asyncio", SimpleNamespace(sleep=nap))
    polling = Polling(bot, sqlite_database)
    await polling.recovered()
    sandbox.faults.add(Fault("getUpdates", times=7, status=500))
    for number in (1, 2):  # the first ends the poll that was under way before the outage
        sandbox.telegram.press_start(BOB)
        await polling.kept(number)
    await polling.stop()
    assert naps == [1, 2, 4, 8, 16, 30, 30]


@pytest.mark.fault(23)
@pytest.mark.fault(46)
async def test_a_locked_database_is_told_and_what_was_fetched_is_not_confirmed(
    sandbox: Sandbox, bot: TelegramBot, sqlite_database_url: str
) -> None:
    async with opened(sqlite_database_url, busy_timeout_s=0.05) as database:
        polling = Polling(bot, database)
        with locked(database):
            sandbox.telegram.press_start(BOB)
            await polling.problem("DatabaseUnavailable")
            assert sandbox.telegram.updates.pending()
        await polling.kept(1)
        await polling.recovered()
        await polling.stop()


@pytest.mark.fault(48)
async def test_chat_member_is_asked_for_each_time(
    sandbox: Sandbox, polling: Polling, monkeypatch: pytest.MonkeyPatch
) -> None:
    await polling.recovered()
    for user_id in (BOB, BOB + 1):
        sandbox.telegram.updates.allow([])  # somebody else has reset the list
        sandbox.telegram.press_start(user_id)
        await polling.kept(user_id - BOB + 1)
        await until(lambda: _asked_all(sandbox))
    assert "chat_member" in ALLOWED_UPDATES


@pytest.mark.fault(43)
async def test_a_repeated_update_is_kept_once(sandbox: Sandbox, polling: Polling) -> None:
    for update_id in (7, 7, 7, 8):
        sandbox.telegram.updates.push_raw(a_message(update_id))
    assert [row.external_id for row in await polling.kept(2)] == ["7", "8"]


@pytest.mark.fault(44)
async def test_ids_that_start_anew_are_taken_in(sandbox: Sandbox, polling: Polling) -> None:
    for number, update_id in enumerate((2_000_000_000, 5, 6, 1_999_999_999, 4), start=1):
        sandbox.telegram.updates.push_raw(a_message(update_id))
        await polling.kept(number)
        await until(lambda: _drained(sandbox))


@pytest.mark.fault(47)
async def test_a_batch_out_of_order_is_kept_whole_and_confirmed(
    sandbox: Sandbox, polling: Polling
) -> None:
    await polling.recovered()
    for update_id in (12, 10, 11):
        sandbox.telegram.updates.push_raw(a_message(update_id))
    assert [row.external_id for row in await polling.kept(3)] == ["12", "10", "11"]
    await until(lambda: _drained(sandbox))


@pytest.mark.fault(45)
async def test_no_update_can_block_its_batch(
    sandbox: Sandbox, bot: TelegramBot, database: Database
) -> None:
    deep: Any = "x"
    for _ in range(300):
        deep = [deep]
    poison: list[dict[str, Any]] = [
        {"message": {"text": "no id"}},
        {"update_id": "seven"},
        {"update_id": True},
        {"update_id": 2**70},
        a_message(50, text="nul \0 and \ud800 half"),
        a_message(51, chat={"id": "a\0b\ud800"}),
        a_message(52, deep=deep),
        a_message(53, number=float("nan")),
        {"update_id": 54, "message": "not an object", "\0": 1},
        {"update_id": 55},
        a_message(56),
    ]
    for update in poison:
        sandbox.telegram.updates.push_raw(update)
    polling = Polling(bot, database)
    kept = [row.external_id for row in await polling.kept(7)]
    await polling.stop()
    assert kept == ["50", "51", "52", "53", "54", "55", "56"]


@pytest.mark.fault(45)
async def test_a_bug_while_keeping_is_told_and_polling_goes_on(
    sandbox: Sandbox, polling: Polling, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(update: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(poll, "arrival_of", broken)
    sandbox.telegram.press_start(BOB)
    await polling.problem("ZeroDivisionError")
    monkeypatch.setattr(poll, "arrival_of", arrival_of)
    await polling.kept(1)


@pytest.mark.fault(39)
async def test_of_two_pollers_one_stands_by_and_says_so(
    sandbox: Sandbox, bot: TelegramBot, sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sandbox.telegram.updates.CONFLICT_PAUSE_S", 0.0)
    async with make_bot(TOKEN, sandbox.url) as other:
        pollers = [Polling(bot, sqlite_database), Polling(other, sqlite_database)]
        await asyncio.wait([asyncio.create_task(one.problem("409")) for one in pollers], timeout=10)
        assert any(one.ground.progress.poll_problem for one in pollers)
        sandbox.telegram.press_start(BOB)
        await pollers[0].kept(1)
        await pollers[1].stop()
        sandbox.telegram.press_start(BOB + 1)
        await pollers[0].kept(2)
        await pollers[0].recovered()
        await pollers[0].stop()


def _failing_at_first(database: Database) -> Any:
    write, calls = database.write, iter([True])

    async def flaky(unit: Any) -> Any:
        if next(calls, False):
            await database.read(lambda s: s.execute(text("SELECT 1")))
            raise DatabaseUnavailable("the disk is full")
        return await write(unit)

    return flaky


async def _drained(sandbox: Sandbox) -> bool:
    return not sandbox.telegram.updates.pending()


async def _asked_all(sandbox: Sandbox) -> bool:
    return set(sandbox.telegram.updates.allowed) == set(ALLOWED_UPDATES)
