"""Webhooks as a channel: events posted to a group's own address, signed, never into our network."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver

from bot.channels.public_only import PrivateAddress, PublicOnly, is_number
from bot.ground import Ground
from bot.notices import Post, Telling
from bot.own_site import Site, sign_webhook
from bot.texts import Reader
from core.deliveries.errors import DeliveryError
from core.webhooks import find_webhook
from core.webhooks.fates import note_arrival, note_failure
from core.webhooks.urls import Address, is_public

TIMEOUT = aiohttp.ClientTimeout(total=10)
LONGEST_WAIT_S = 12 * 3600.0
GONE = 410


class WebhookChannel:
    """`address` is a webhook's public id and the event's name. `allows` says which numbers may be
    connected to, `trust` by which authorities a receiver's certificate is believed.
    """

    def __init__(
        self,
        ground: Ground,
        site: Site,
        *,
        allows: Callable[[Address], bool] = is_public,
        trust: ssl.SSLContext | None = None,
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._ground = ground
        self._site = site
        self._allows = allows
        self._trust = trust
        self._resolver = PublicOnly(allows, resolver)
        self._http: aiohttp.ClientSession | None = None

    async def send(self, address: str, telling: Telling, reader: Reader) -> None:
        """Raises DeliveryError. A repeat is harmless: receivers know it by its id."""
        if not isinstance(telling, Post):
            raise DeliveryError("a webhook takes events only", permanent=True)
        try:
            status, wait_s = await self._post(telling)
        except PrivateAddress as error:
            await self._fail(telling, reason=str(error))
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            cause = error.__cause__ if isinstance(error.__cause__, PrivateAddress) else None
            await self._fail(telling, reason=str(cause) if cause else type(error).__name__)
        else:
            if not 200 <= status < 300:
                await self._fail(
                    telling, reason=f"it answered {status}", status=status, wait_s=wait_s
                )
        if telling.failing:
            await self._ground.database.write(lambda s: note_arrival(s, telling.webhook))

    async def close(self) -> None:
        if self._http is not None:
            await self._http.close()

    async def _post(self, post: Post) -> tuple[int, float | None]:
        """The status, and how long it asks us to wait. What it says besides is not read."""
        host = urlsplit(post.url).hostname or ""
        if is_number(host) and not self._allows(ip_address(host)):
            raise PrivateAddress
        body = json.dumps(post.body, ensure_ascii=False, separators=(",", ":")).encode()
        headers = await self._headers(post, body)
        request = self._session().post(
            post.url, data=body, headers=headers, allow_redirects=False, ssl=self._trust or True
        )
        async with request as answer:
            return answer.status, _seconds(answer.headers.get("Retry-After"))

    async def _headers(self, post: Post, body: bytes) -> dict[str, str]:
        """Standard Webhooks 1.0: id, time in seconds, a signature by each secret that counts."""
        now = self._ground.clock()
        webhook = await self._ground.database.read(lambda s: find_webhook(s, post.webhook))
        if webhook is None:
            raise DeliveryError("the webhook was removed", permanent=True)
        secrets = [self._site.webhook_secret(post.webhook, one) for one in webhook.generations(now)]
        timestamp = int(now.timestamp())
        signature = sign_webhook(
            secrets, message_id=post.message_id, timestamp=timestamp, body=body
        )
        return {
            "Content-Type": "application/json",
            "User-Agent": "Usher",
            "webhook-id": post.message_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature,
        }

    async def _fail(
        self, post: Post, *, reason: str, status: int = 0, wait_s: float | None = None
    ) -> None:
        gone, now = status == GONE, self._ground.clock()
        await self._ground.database.write(
            lambda s: note_failure(s, post.webhook, gone=gone, now=now)
        )
        raise DeliveryError(reason, permanent=gone, retry_after_s=wait_s)

    def _session(self) -> aiohttp.ClientSession:
        if self._http is None:
            # Each connection asks anew where the name leads: what was public may not be any more.
            connector = aiohttp.TCPConnector(
                resolver=self._resolver, use_dns_cache=False, force_close=True
            )
            self._http = aiohttp.ClientSession(
                connector=connector, timeout=TIMEOUT, cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._http


def _seconds(retry_after: str | None) -> float | None:
    """RFC 9110, 10.2.3; a date is not read, and nobody makes us wait for longer than half a day."""
    if retry_after is None or not retry_after.isdecimal():
        return None
    return min(float(retry_after), LONGEST_WAIT_S)
