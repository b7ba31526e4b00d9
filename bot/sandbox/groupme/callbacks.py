"""Callbacks: each message of a group is posted to the group's bots, once and in order."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import aiohttp

from bot.sandbox.groupme import wire
from bot.sandbox.groupme.things import Bot, Post

PATIENCE = aiohttp.ClientTimeout(total=10)


class Callbacks:
    """One line of posts for each bot. What is not taken is not posted again: GroupMe documents no
    second try.
    """

    def __init__(self) -> None:
        self.refused: list[tuple[str, str]] = []
        self._queues: dict[str, asyncio.Queue[tuple[str, Post]]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._http: aiohttp.ClientSession | None = None

    def send(self, bot: Bot, post: Post) -> None:
        """Put it in line. Nothing is called back before `start`, or without an address."""
        if self._http is None or not bot.callback_url:
            return
        if bot.bot_id not in self._queues:
            self._queues[bot.bot_id] = asyncio.Queue()
            self._tasks.append(asyncio.create_task(self._work(self._queues[bot.bot_id])))
        self._queues[bot.bot_id].put_nowait((bot.callback_url, post))

    async def start(self) -> None:
        self._http = aiohttp.ClientSession(timeout=PATIENCE)

    async def stop(self) -> None:
        """What is still in line is dropped."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._http is not None:
            await self._http.close()
            self._http = None

    async def _work(self, queue: asyncio.Queue[tuple[str, Post]]) -> None:
        while True:
            url, post = await queue.get()
            assert self._http is not None, "it works only while it runs"
            with suppress(aiohttp.ClientError, TimeoutError):
                async with self._http.post(url, json=wire.callback(post)) as answer:
                    if answer.ok:
                        continue
            self.refused.append((url, post.id))
