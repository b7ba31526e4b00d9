"""A running sandbox; every answer that it gives is checked against the Bot API schema."""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import pytest

from bot.sandbox.server import Sandbox
from bot.sandbox.telegram.api import BotApi
from tests.bot.sandbox.client import DANA, TOKEN, Client
from tests.bot.sandbox.schema import problems_of_answer


class Clock:
    """Unix seconds that only tests move."""

    def __init__(self) -> None:
        self.time = 1_790_000_000.0

    def __call__(self) -> float:
        return self.time

    def advance(self, seconds: float) -> None:
        self.time += seconds


@pytest.fixture(autouse=True)
def _answers_follow_the_schema(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever a test calls with whatever client, the answer must be as described."""
    found: list[str] = []
    act = BotApi._act

    async def checked(api: BotApi, name: str, *args: Any) -> Any:
        result = await act(api, name, *args)
        found.extend(problems_of_answer(name, json.loads(json.dumps(result))))
        return result

    monkeypatch.setattr(BotApi, "_act", checked)
    yield
    assert found == []


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def sandbox(clock: Clock) -> AsyncIterator[Sandbox]:
    running = Sandbox(TOKEN, now=clock)
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
async def client(sandbox: Sandbox) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as http:
        yield Client(sandbox, http)


@pytest.fixture
async def started(client: Client) -> Client:
    """Dana has pressed Start, and the bot has taken notice of everything so far."""
    client.sandbox.telegram.press_start(DANA)
    await client.updates()
    return client
