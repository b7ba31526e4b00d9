"""Loops: tasks that run beside everything else, and how they are kept up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress

import structlog

from bot.holding import Holding
from bot.plug import Loop

RESTART_PAUSE_S = 2.0

log = structlog.get_logger(__name__)


@asynccontextmanager
async def running(loop: Loop) -> AsyncIterator[None]:
    """The loop as a task that is started again if a bug ends it, and cancelled at the end."""
    task = asyncio.create_task(_for_ever(loop))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def holding(lease: Holding) -> AsyncIterator[None]:
    """Ask for the lease until the end, and then let go of it."""
    await lease.ask()
    async with running(lease.run):
        yield
    await lease.let_go()


async def _for_ever(loop: Loop) -> None:
    while True:
        try:
            await loop()
        except Exception as error:
            log.error("a loop broke and is started again", exc_info=error)
            await asyncio.sleep(RESTART_PAUSE_S)
        else:
            return


async def either(*waits: Awaitable[object], within_s: float) -> None:
    """Returns when one of them does, or after `within_s` seconds."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    await asyncio.wait(tasks, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
