"""E-mail as a plug: a channel alone, since nobody talks to Usher by it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.channels.email import EmailChannel, hello
from bot.clockwork import Clockwork
from bot.config import Settings
from bot.ground import Ground
from bot.inbound import Webhook
from bot.mail.server import MailServer, Origin
from bot.mail.smtp import connect
from bot.plug import Loop
from core.invites.whom import EMAIL
from core.mail.mailing import SENDER_NOTE
from core.platform_notes import replace_notes


class EmailPlug:
    """Nothing waits for the mail server: while it is away, messages stay in the outbox."""

    name = EMAIL
    platform = None

    def __init__(self, settings: Settings, ground: Ground) -> None:
        self.channel = EmailChannel(_server(settings), Origin.of(settings), ground)
        self._ground = ground
        self._sender = Origin.of(settings).address
        self.known = asyncio.Event()
        self.known.set()
        self.introduced = asyncio.Event()
        self.introduced.set()

    def webhooks(self) -> Sequence[Webhook]:
        return []

    async def introduce(self) -> None:
        """From here on invites are mailed. The server itself is greeted with each connection."""
        now, notes = self._ground.clock(), {SENDER_NOTE: self._sender}
        await self._ground.database.write(
            lambda s: replace_notes(s, platform=EMAIL, notes=notes, now=now)
        )

    def loops(self) -> Sequence[Loop]:
        return []

    def schedule(self, clockwork: Clockwork) -> None:
        """It has no regular jobs."""

    async def stop(self) -> None:
        await self.channel.stop()


async def greet(settings: Settings) -> tuple[str, bool]:
    """Where the mail server is, and whether the connection is encrypted; with a user, we logged in.

    Raises DeliveryError.
    """
    server, origin = _server(settings), Origin.of(settings)
    client = await connect(server, name=hello(origin.host), context=None)
    encrypted = client.get_transport_info("sslcontext") is not None
    client.close()
    return f"{server.host}:{server.port}", encrypted


def _server(settings: Settings) -> MailServer:
    assert settings.smtp_url is not None, "without it there is no e-mail"
    return MailServer.from_url(settings.smtp_url.get_secret_value())
