"""Webhooks: what happens is posted to the business, signed, in order, and again when not taken."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from contextlib import suppress
from typing import Any

import aiohttp

PATIENCE = aiohttp.ClientTimeout(total=10)
CHALLENGE = "1158201444"
# Meta goes on for days; here somebody waits.
PAUSES_S = (0.2, 1.0, 3.0, 10.0, 30.0)


class Hooks:
    """One line of posts. Nothing is posted before the address has shown that it knows our word."""

    def __init__(self, app_secret: str, verify_token: str) -> None:
        self.url = ""
        self.refused: list[dict[str, Any]] = []
        self._secret = app_secret
        self._verify_token = verify_token
        self._verified = ""
        self._queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._http: aiohttp.ClientSession | None = None

    def send(self, posted: dict[str, Any]) -> None:
        """Put it in line. Without an address nothing is posted."""
        if self.url and self._http is not None:
            self._queue.put_nowait(posted)

    async def start(self) -> None:
        self._http = aiohttp.ClientSession(timeout=PATIENCE)
        self._task = asyncio.create_task(self._work())

    async def stop(self) -> None:
        """What is still in line is dropped."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._http is not None:
            await self._http.close()
            self._http = None

    async def _work(self) -> None:
        while True:
            posted = await self._queue.get()
            for pause_s in (*PAUSES_S, None):
                with suppress(aiohttp.ClientError, TimeoutError):
                    if await self._verify() and await self._post(posted):
                        break
                if pause_s is None:
                    self.refused.append(posted)
                else:
                    await asyncio.sleep(pause_s)

    async def _verify(self) -> bool:
        """Whether the address answers our challenge, as the Graph API asks it once."""
        if self._verified == self.url:
            return True
        assert self._http is not None, "it works only while it runs"
        asked = {
            "hub.mode": "subscribe",
            "hub.verify_token": self._verify_token,
            "hub.challenge": CHALLENGE,
        }
        async with self._http.get(self.url, params=asked) as answer:
            if answer.ok and await answer.text() == CHALLENGE:
                self._verified = self.url
        return self._verified == self.url

    async def _post(self, posted: dict[str, Any]) -> bool:
        assert self._http is not None, "it works only while it runs"
        body = json.dumps(posted, ensure_ascii=True).encode()
        made = hmac.new(self._secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={made}"}
        async with self._http.post(self.url, data=body, headers=headers) as answer:
            return answer.ok
