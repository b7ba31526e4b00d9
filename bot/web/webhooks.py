"""Webhooks: what a platform posts is committed to the inbox before it hears that we have it."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from aiohttp import hdrs, web

from bot.inbound import Webhook
from bot.metrics import Metrics
from bot.progress import Progress
from bot.seldom import Seldom
from bot.web.problems import RETRY_AFTER_S
from core import inbox
from core.database import Database
from core.errors import DatabaseUnavailable
from core.inbox import Arrival

READ_PATIENCE_S = 20.0
# Telegram itself waits 60 s. Past this it may well ask again: repeats are recognised.
WRITE_PATIENCE_S = 15.0
# Twice as many as Telegram opens at most (Bot API, setWebhook, max_connections): whoever comes in
# addition is put off before their body is read, so that a flood has bounds.
MOST_AT_ONCE = 200

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Intake:
    """Takes one platform's posts. Once `stopping` is set it takes none: keep-alive connections
    bring them after the listening socket was closed.
    """

    webhook: Webhook
    database: Database
    progress: Progress
    metrics: Metrics
    now: Callable[[], datetime]
    stopping: asyncio.Event
    seldom: Seldom = field(default_factory=Seldom)
    room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MOST_AT_ONCE))

    async def handle(self, request: web.Request) -> web.Response:
        self._check(request)
        if self.room.locked():  # each that waits holds its body
            raise _unavailable()
        async with self.room:
            return await self._take(request)

    async def _take(self, request: web.Request) -> web.Response:
        # A signature can only be checked when all is there: larger posts have their own limit.
        body = await _read_body(request.clone(client_max_size=self.webhook.largest))
        self._check_signature(request, body)
        await self._keep(self._read(body))
        return web.Response()

    def _check(self, request: web.Request) -> None:
        if not _knows_secret(request, self.webhook):
            raise web.HTTPNotFound
        if self.stopping.is_set():
            raise _unavailable()
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType
        if (request.content_length or 0) > self.webhook.largest:
            raise web.HTTPRequestEntityTooLarge(self.webhook.largest)
        if not self.webhook.verify(request.headers):
            self._warn("forged webhook refused")
            raise web.HTTPUnauthorized

    def _check_signature(self, request: web.Request, body: bytes) -> None:
        is_signed = self.webhook.is_signed
        if is_signed is not None and not is_signed(request.headers, body):
            self._warn("forged webhook refused")
            raise web.HTTPUnauthorized

    async def greet(self, request: web.Request) -> web.Response:
        """The platform asks whether we are there; 403 for who does not know our word."""
        assert self.webhook.greet is not None, "or it has no route"
        told = self.webhook.greet(request.query)
        if told is None:
            self._warn("forged webhook refused")
            raise web.HTTPForbidden
        return web.Response(text=told)

    def _read(self, body: bytes) -> Sequence[Arrival]:
        try:
            return self.webhook.read(body)
        except ValueError as error:
            self._warn("unreadable webhook refused", reason=str(error))
            raise web.HTTPBadRequest from error

    async def _keep(self, arrivals: Sequence[Arrival]) -> None:
        try:
            async with asyncio.timeout(WRITE_PATIENCE_S):
                new = await self.database.write(
                    lambda session: inbox.keep(session, arrivals, now=self.now())
                )
        except (DatabaseUnavailable, TimeoutError) as error:
            reason = str(error) or "time-out"
            self._warn("webhook put off", reason=reason)
            self.progress.intake_failed(reason)
            raise _unavailable() from error
        self.progress.intake_succeeded()
        self.metrics.updates_kept.labels(self.webhook.platform).inc(new)

    def _warn(self, event: str, **details: str) -> None:
        """Once a minute for each kind of trouble: who floods us must not flood the log."""
        if times := self.seldom.times(event):
            log.warning(event, platform=self.webhook.platform, times=times, **details)


def _knows_secret(request: web.Request, webhook: Webhook) -> bool:
    """Who does not know the path finds nothing there, in the same time however much is right."""
    if webhook.secret is None:
        return True
    given = request.match_info["secret"].encode("utf-8", "surrogateescape")
    return hmac.compare_digest(given, webhook.secret.encode())


async def _read_body(request: web.Request) -> bytes:
    try:
        async with asyncio.timeout(READ_PATIENCE_S):
            return await request.read()
    except TimeoutError as error:
        raise web.HTTPRequestTimeout from error


def _unavailable() -> web.HTTPServiceUnavailable:
    # Never 410: Telegram gives a webhook up for good after a day of it.
    return web.HTTPServiceUnavailable(headers={hdrs.RETRY_AFTER: str(RETRY_AFTER_S)})
