"""Ways to reach somebody, one file each: send one Notice, or say by DeliveryError why not."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from bot.notices import Act, Notice
from bot.texts import Reader


class Channel(Protocol):
    """Everything that the outbox job knows of a channel."""

    async def send(self, address: str, notice: Notice, reader: Reader) -> str | None:
        """Send it; the provider's id of the message, where there is one. Raises DeliveryError."""


@runtime_checkable
class ActingChannel(Channel, Protocol):
    """A channel that can also do something in a room, where its platform lets it."""

    async def act(self, address: str, act: Act) -> None:
        """Do it; a second time changes nothing. Raises DeliveryError."""
