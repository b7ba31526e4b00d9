"""The emulated Telegram on a free port, and the product's own Bot that talks to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.sandbox.server import Sandbox
from bot.telegram_api import TelegramBot, make_bot
from tests.bot.platforms.telegram.phones import TOKEN


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    running = Sandbox(TOKEN)
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[TelegramBot]:
    running = make_bot(TOKEN, sandbox.url)
    async with running:
        yield running


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Nobody waits: the seconds that were to be waited are noted."""
    noted: list[float] = []
    sleep = asyncio.sleep

    async def nap(seconds: float) -> None:
        if seconds:
            noted.append(seconds)
        await sleep(0)

    monkeypatch.setattr(asyncio, "sleep", nap)
    return noted
