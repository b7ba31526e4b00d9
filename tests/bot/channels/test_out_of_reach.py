"""Telegram can't be found, trusted, or does not know us any more: tried again, and never told."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NoReturn

import aiohttp
import pytest

from bot.channels.telegram import TelegramChannel
from bot.notices import Notice
from bot.sandbox.server import Sandbox
from bot.telegram_api import TelegramBot, make_bot
from bot.texts import Reader, say
from core.deliveries.errors import DeliveryError
from tests.faults.rig import TOKEN, sandbox_at

HELLO = Notice(say("Hello"))


@asynccontextmanager
async def unknown(url: str) -> AsyncIterator[TelegramBot]:
    """A bot that has never been able to ask who it is."""
    bot = make_bot(TOKEN, url)
    for request in bot._request:
        await request.initialize()
    yield bot
    for request in bot._request:
        await request.shutdown()


async def refusal_of(bot: TelegramBot) -> DeliveryError:
    """What comes of a message by this bot."""
    with pytest.raises(DeliveryError) as refused:
        await TelegramChannel(bot).send("101", HELLO, Reader("en", "UTC"))
    return refused.value


def is_tried_again(error: DeliveryError) -> bool:
    return not (error.permanent or error.uncertain or error.unreachable)


@pytest.mark.fault(58)
async def test_a_name_that_is_not_found_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async def nowhere(*_: object, **__: object) -> NoReturn:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(aiohttp.ThreadedResolver, "resolve", nowhere)
    async with unknown("http://api.example.test") as bot:
        error = await refusal_of(bot)
    assert is_tried_again(error)
    assert TOKEN not in error.reason


@pytest.mark.fault(58)
async def test_a_connection_that_is_not_to_be_trusted_is_tried_again() -> None:
    async with sandbox_at() as sandbox:
        async with unknown(sandbox.url.replace("http://", "https://")) as bot:
            assert is_tried_again(await refusal_of(bot))
        assert sandbox.ledger.entries == []


@pytest.mark.fault(60)
async def test_a_token_that_was_changed_in_flight_is_tried_again_and_shown_to_nobody() -> None:
    async with sandbox_at() as sandbox:
        sandbox.telegram.press_start(101)
        async with make_bot(TOKEN, sandbox.url) as bot:
            await rotate(sandbox, "1000000001:another-token-of-the-same-bot-000000")
            error = await refusal_of(bot)
            assert is_tried_again(error)
            assert TOKEN not in error.reason
            await rotate(sandbox, TOKEN)
            assert await TelegramChannel(bot).send("101", HELLO, Reader("en", "UTC"))


async def rotate(sandbox: Sandbox, token: str) -> None:
    sandbox._api.token = token
