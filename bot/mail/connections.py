"""Connections: a few to the mail server at a time, used again while they are fresh."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from aiosmtplib import SMTP, SMTPException

from bot.mail.server import MailServer
from bot.mail.smtp import LoginRefused, connect
from core.deliveries.errors import DeliveryError

# Servers count the connections of each client, and hang up on idle ones.
MOST = 4
IDLE_S = 10.0
QUEUE_PATIENCE_S = 45.0
# Who hammers with a wrong password is locked out.
LOGIN_PAUSE_S = 300.0


class Connections:
    """`name` is how we introduce ourselves; `context` is for tests of TLS."""

    def __init__(
        self, server: MailServer, *, name: str, context: ssl.SSLContext | None = None
    ) -> None:
        self._server = server
        self._name = name
        self._context = context
        self._places = asyncio.Semaphore(MOST)
        self._idle: dict[SMTP, asyncio.TimerHandle] = {}
        self._closing: set[asyncio.Task[None]] = set()
        self._refused: tuple[float, str] | None = None

    @asynccontextmanager
    async def lend(self) -> AsyncIterator[SMTP]:
        """A connection of one's own. Raises DeliveryError when there is none to be had."""
        try:
            async with asyncio.timeout(QUEUE_PATIENCE_S):
                await self._places.acquire()
        except TimeoutError as error:
            raise DeliveryError("the mail server is slow: no connection is free") from error
        try:
            client = await self._fresh() or await self._connect()
            try:
                yield client
            except DeliveryError:
                self._part(client)
                raise
            except BaseException:
                client.close()
                raise
            self._keep(client)
        finally:
            self._places.release()

    async def stop(self) -> None:
        """Say goodbye on all of them."""
        for client in list(self._idle):
            self._let_go(client)
        await asyncio.gather(*self._closing)

    async def _fresh(self) -> SMTP | None:
        """One that still answers."""
        while self._idle:
            client, timer = self._idle.popitem()
            timer.cancel()
            with suppress(SMTPException, OSError):
                await client.rset()
                return client
            client.close()
        return None

    async def _connect(self) -> SMTP:
        now = asyncio.get_running_loop().time()
        if self._refused is not None and now < self._refused[0]:
            raise DeliveryError(self._refused[1])
        try:
            client = await connect(self._server, name=self._name, context=self._context)
        except LoginRefused as error:
            self._refused = now + LOGIN_PAUSE_S, error.reason
            raise
        self._refused = None
        return client

    def _keep(self, client: SMTP) -> None:
        loop = asyncio.get_running_loop()
        self._idle[client] = loop.call_later(IDLE_S, self._let_go, client)

    def _let_go(self, client: SMTP) -> None:
        timer = self._idle.pop(client, None)
        if timer is not None:
            timer.cancel()
        self._part(client)

    def _part(self, client: SMTP) -> None:
        task = asyncio.create_task(_quit(client))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)


async def _quit(client: SMTP) -> None:
    with suppress(SMTPException, OSError):
        await client.quit(timeout=1.0)
    client.close()
