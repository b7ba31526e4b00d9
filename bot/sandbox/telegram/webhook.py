"""Delivery of updates to the bot's own server."""

import asyncio
import ipaddress
import re
from collections import deque
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot.sandbox.telegram.errors import bad_request
from bot.sandbox.telegram.updates import UpdateQueue

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
PORTS = (443, 80, 88, 8443)
PATIENCE_S = 60.0
FIRST_RETRY_S = 1.0
LONGEST_RETRY_S = 60.0


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_url(url: str) -> None:
    """400 for an address that Telegram does not deliver to; loopback ones are taken here."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if _is_loopback(host) and parts.scheme in ("http", "https"):
        return
    if parts.scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if parts.port not in (None, *PORTS):
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")


def check_secret(secret: str) -> None:
    """400 for a secret token with other characters than Telegram allows."""
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad_request("secret token contains unallowed characters")


def _lane(update: dict[str, Any]) -> str:
    """Updates of one chat are delivered one after another."""
    for kind, body in update.items():
        if kind != "update_id" and isinstance(body, dict):
            holder = body.get("message", body) if kind == "callback_query" else body
            return str(holder.get("chat", holder.get("from", {})).get("id"))
    return ""


class Webhook:
    """Posts updates until each is taken with a 2xx; the pause doubles after a failure."""

    def __init__(self, queue: UpdateQueue, url: str, secret: str, max_connections: int) -> None:
        self.url = url
        self._queue = queue
        self._secret = secret
        self._max_connections = max_connections
        self._connections = asyncio.Semaphore(max_connections)
        self._last_error: tuple[int, str] | None = None
        self._lanes: dict[str, deque[int]] = {}
        self._tasks = {asyncio.create_task(self._run())}

    def info(self) -> dict[str, Any]:
        """Its part of WebhookInfo."""
        fields: dict[str, Any] = {"max_connections": self._max_connections}
        address = urlsplit(self.url).hostname or ""
        if re.fullmatch(r"[\d.]+", address):
            fields["ip_address"] = address
        if self._last_error is not None:
            fields["last_error_date"], fields["last_error_message"] = self._last_error
        return fields

    def close(self) -> None:
        """Stop delivering; what was not taken stays in the queue."""
        for task in self._tasks:
            task.cancel()

    async def _run(self) -> None:
        timeout = aiohttp.ClientTimeout(total=PATIENCE_S)
        sorted_in = 0
        async with aiohttp.ClientSession(timeout=timeout) as session:
            while True:
                self._queue.bell.clear()
                for number in range(sorted_in + 1, self._queue.last + 1):
                    self._sort_in(session, number)
                sorted_in = self._queue.last
                await self._queue.bell.wait()

    def _sort_in(self, session: aiohttp.ClientSession, number: int) -> None:
        update = self._queue.numbered(number)
        if update is None:
            return
        lane = _lane(update)
        if lane in self._lanes:
            self._lanes[lane].append(number)
            return
        self._lanes[lane] = deque([number])
        task = asyncio.create_task(self._drain(session, lane))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _drain(self, session: aiohttp.ClientSession, lane: str) -> None:
        numbers = self._lanes[lane]
        while numbers:
            update = self._queue.numbered(numbers[0])
            if update is not None:
                await self._deliver(session, update)
                self._queue.remove(numbers[0])
            numbers.popleft()
        del self._lanes[lane]

    async def _deliver(self, session: aiohttp.ClientSession, update: dict[str, Any]) -> None:
        pause = FIRST_RETRY_S
        while not await self._post(session, update):
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_RETRY_S)

    async def _post(self, session: aiohttp.ClientSession, update: dict[str, Any]) -> bool:
        headers = {SECRET_HEADER: self._secret} if self._secret else {}
        try:
            async with (
                self._connections,
                session.post(
                    self.url, json=update, headers=headers, allow_redirects=False
                ) as answer,
            ):
                if answer.status < HTTPStatus.MULTIPLE_CHOICES:
                    return True
                self._fail(f"Wrong response from the webhook: {answer.status} {answer.reason}")
        except TimeoutError:
            self._fail("Read timeout expired")
        except aiohttp.ClientError:
            self._fail("Connection refused")
        return False

    def _fail(self, message: str) -> None:
        self._last_error = (self._queue.clock(), message)
