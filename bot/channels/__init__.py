"""Ways to reach somebody, one file each: send one Notice, or say by DeliveryError why not."""

from __future__ import annotations

from typing import Protocol

from bot.notices import Notice
from bot.texts import Reader


class Channel(Protocol):
    """Everything that the outbox job knows of a channel."""

    async def send(self, address: str, notice: Notice, reader: Reader) -> str | None:
        """Send it; the provider's id of the message, where there is one. Raises DeliveryError."""
