"""Limits, scripted faults, and the ledger that stays."""

import asyncio
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.sandbox.limits import Limits
from bot.sandbox.server import Sandbox
from tests.bot.sandbox.client import BOB, DANA, ROOM, TOKEN, Client, Refused
from tests.bot.sandbox.conftest import Clock


def _limits(clock: Clock) -> Limits:
    limits = Limits(clock)
    limits.switch(enabled=True)
    return limits


def _passed(limits: Limits, chats: list[int]) -> int:
    """How many messages pass, one to each chat, at one moment."""
    return sum(limits.refuse_for(chat_id) is None for chat_id in chats)


def test_thirty_a_second_pass_overall(clock: Clock) -> None:
    limits = _limits(clock)
    assert _passed(limits, list(range(1, 41))) == 30
    clock.advance(1)
    assert _passed(limits, list(range(1, 41))) == 30


def test_a_chat_takes_a_short_burst_and_then_one_a_second(clock: Clock) -> None:
    limits = _limits(clock)
    assert _passed(limits, [DANA] * 10) == 3
    for _ in range(5):
        clock.advance(1)
        assert _passed(limits, [DANA] * 10) == 1


def test_a_group_takes_twenty_a_minute(clock: Clock) -> None:
    limits, passed = _limits(clock), 0
    for _ in range(30):
        passed += _passed(limits, [ROOM])
        clock.advance(1)
    assert passed == 20
    assert limits.refuse_for(ROOM) == 30


@pytest.mark.fault(31)
async def test_too_much_is_refused_with_a_wait(started: Client) -> None:
    await started.play("limits", enabled=True)
    for _ in range(3):
        await started.call("sendMessage", chat_id=DANA, text="x")
    url = f"{started.sandbox.url}/bot{TOKEN}/sendMessage"
    async with started.http.post(url, json={"chat_id": DANA, "text": "x"}) as answer:
        body = await answer.json()
        assert answer.headers["Retry-After"] == "1"
    assert (body["error_code"], body["parameters"]) == (429, {"retry_after": 1})
    assert body["description"] == "Too Many Requests: retry after 1"


async def test_limits_are_off_at_first(started: Client) -> None:
    for _ in range(40):
        await started.call("sendMessage", chat_id=DANA, text="x")
    assert len(started.sandbox.telegram.messages(DANA)) == 41


def _texts(client: Client) -> list[str | None]:
    return [one.text for one in client.sandbox.telegram.messages(DANA)[1:]]


@pytest.mark.fault(31)
async def test_a_scripted_429_carries_its_parameters(started: Client) -> None:
    await started.play(
        "faults",
        method="sendMessage",
        status=429,
        description="Too Many Requests: retry after 37",
        parameters={"retry_after": 37},
    )
    with pytest.raises(Refused) as caught:
        await started.call("sendMessage", chat_id=DANA, text="x")
    assert caught.value.body["parameters"] == {"retry_after": 37}
    assert _texts(started) == []


async def test_a_fault_happens_as_often_as_scripted(started: Client) -> None:
    await started.play("faults", method="sendmessage", times=2, status=500)
    for _ in range(2):
        assert await started.refusal("sendMessage", chat_id=DANA, text="x") == (
            "Internal Server Error"
        )
    await started.call("sendMessage", chat_id=DANA, text="x")
    assert _texts(started) == ["x"]


@pytest.mark.fault(15)
async def test_a_fault_may_befall_one_chat(started: Client) -> None:
    started.sandbox.telegram.press_start(BOB)
    await started.play("faults", method="*", status=400, chat_id=BOB, description="no")
    await started.call("sendMessage", chat_id=DANA, text="x")
    assert await started.refusal("sendMessage", chat_id=BOB, text="x") == "no"


@pytest.mark.fault(32)
@pytest.mark.parametrize("status", [200, 502])
async def test_a_raw_body_is_passed_on(started: Client, status: int) -> None:
    await started.play("faults", method="getMe", status=status, body="<html>oops</html>")
    async with started.http.get(f"{started.sandbox.url}/bot{TOKEN}/getMe") as answer:
        assert (answer.status, await answer.text()) == (status, "<html>oops</html>")


@pytest.mark.fault(33)
@pytest.mark.parametrize(("drop", "texts"), [("before", []), ("after", ["x"])])
async def test_a_connection_may_break(started: Client, drop: str, texts: list[str]) -> None:
    await started.play("faults", method="sendMessage", drop=drop)
    with pytest.raises(aiohttp.ClientConnectionError):
        await started.call("sendMessage", chat_id=DANA, text="x")
    assert _texts(started) == texts
    assert len(await started.look("ledger")) == len(texts)


@pytest.mark.fault(33)
async def test_a_late_answer_belongs_to_a_call_that_had_its_effect(started: Client) -> None:
    await started.play("faults", method="sendMessage", delay_s=30)
    late = asyncio.create_task(started.call("sendMessage", chat_id=DANA, text="x"))
    world = started.sandbox.telegram
    await world.wait_for(lambda: _texts(started) == ["x"], timeout=10)
    assert not late.done()
    late.cancel()


async def test_faults_can_be_cleared(started: Client) -> None:
    await started.play("faults", method="getMe", status=500)
    await started.play("faults/clear")
    assert (await started.call("getMe"))["id"] == 1000000001


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500},
        {"method": "getMe", "drop": "sideways"},
        {"method": "getMe", "times": 0},
        {"method": "getMe", "delay": 1},
        {"method": "getMe", "delay_s": "long"},
        {"method": "getMe", "status": 42},
        {"method": "getMe", "chat_id": "x"},
    ],
)
async def test_a_senseless_fault_is_refused(client: Client, fault: dict[str, Any]) -> None:
    async with client.http.post(f"{client.sandbox.url}/play/faults", json=fault) as answer:
        assert (answer.status, list(await answer.json())) == (400, ["error"])


async def test_the_ledger_is_on_disk_before_the_answer(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    sandbox = Sandbox(TOKEN, ledger=path)
    await sandbox.start()
    async with aiohttp.ClientSession() as http:
        client = Client(sandbox, http)
        sandbox.telegram.press_start(DANA)
        await client.call("sendMessage", chat_id=DANA, text="héllo")
        [entry] = [json.loads(line) for line in path.read_text().splitlines()]
        assert entry == (await client.look("ledger"))[0]
    await sandbox.stop()
    assert (entry["method"], entry["chat_id"], entry["text"]) == ("sendMessage", DANA, "héllo")


async def test_the_ledger_is_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr("bot.sandbox.ledger.os.fsync", synced.append)
    sandbox = Sandbox(TOKEN, ledger=tmp_path / "ledger.jsonl")
    sandbox.ledger.append(method="sendMessage")
    sandbox.ledger.close()
    assert len(synced) == 1


async def test_refused_and_reading_calls_are_not_in_the_ledger(started: Client) -> None:
    await started.call("getMe")
    await started.refusal("sendMessage", chat_id=BOB, text="x")
    assert await started.look("ledger") == []
