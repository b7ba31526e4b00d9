"""Ways to reach somebody, one file each: tell one thing, or say by DeliveryError why not."""

from __future__ import annotations

from typing import Protocol

from bot.notices import Telling
from bot.texts import Reader


class Channel(Protocol):
    """Everything that the outbox job knows of a channel."""

    async def send(self, address: str, telling: Telling, reader: Reader) -> str | None:
        """Send or do it; the provider's id of a new message. Raises DeliveryError."""
