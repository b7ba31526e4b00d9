"""The sandbox and the bot, each in a process of its own, as the benchmarks run them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from benchmarks.process import Running, free_ports, running, usher, wait_for_200

TOKEN = "1000000001:SANDBOX-this-opens-nothing-real-0000"
BOT_ID = int(TOKEN.partition(":")[0])
PATIENCE_S = 60.0


@asynccontextmanager
async def sandbox(folder: Path) -> AsyncIterator[str]:
    """The URL of a sandbox that nobody talks to yet."""
    port = free_ports()
    url = f"http://127.0.0.1:{port + 1}"
    async with running(
        *usher("sandbox"), folder=folder, log="sandbox.log", http_port=str(port)
    ) as one:
        await wait_for_200(f"{url}/play/state", one, timeout_s=PATIENCE_S)
        yield url


@asynccontextmanager
async def bot(
    folder: Path, sandbox_url: str, *, interval_s: float = 1, port: int = 0, **more: str
) -> AsyncIterator[Running]:
    """A bot in that sandbox, with its database in `folder`, from /readyz on."""
    port = port or free_ports()
    async with running(
        *usher(),
        folder=folder,
        log="bot.log",
        http_port=str(port),
        telegram_token=TOKEN,
        telegram_api_url=sandbox_url,
        outbox_interval_s=str(interval_s),
        log_level="WARNING",
        **more,
    ) as one:
        await wait_for_200(f"http://127.0.0.1:{port}/readyz", one, timeout_s=PATIENCE_S)
        yield one
