"""Ways to reach somebody, one file each: tell one thing, or say by DeliveryError why not."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from bot.notices import Telling
from bot.texts import Reader
from core.deliveries.claims import Claim
from core.deliveries.retry import RetryPolicy


class Channel(Protocol):
    """Everything that the outbox job knows of a channel."""

    async def send(self, address: str, telling: Telling, reader: Reader) -> str | None:
        """Send or do it; the provider's id of a new message. Raises DeliveryError."""


@runtime_checkable
class Postal(Protocol):
    """A channel that needs to know of the delivery itself, and is tried again at its own pace."""

    policy: RetryPolicy

    async def deliver(self, claim: Claim, telling: Telling, reader: Reader) -> str | None:
        """As `send`. Raises DeliveryError."""
