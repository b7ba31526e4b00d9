"""Plug: a platform as a process runs it. A new platform is one more of them, named in bot.app."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum
from typing import Protocol

from bot.channels import Channel, Postal
from bot.clockwork import Clockwork
from bot.inbound import Platform, Webhook

Loop = Callable[[], Awaitable[None]]


class Part(StrEnum):
    """What a process may run; `all` runs all of them."""

    POLL = "poll"
    WEB = "web"
    WORKER = "worker"


class Plug(Protocol):
    """Everything that the wiring knows of a platform.

    `known` is set as soon as what was kept can be handled, `introduced` once the platform hands
    over what is new.
    """

    name: str
    known: asyncio.Event
    introduced: asyncio.Event

    @property
    def platform(self) -> Platform | None:
        """What handles the updates that it sent; None where nobody talks to Usher."""

    @property
    def channel(self) -> Channel | Postal:
        """The way to reach people and rooms there."""

    def webhooks(self) -> Sequence[Webhook]:
        """Where it may post to us."""

    async def introduce(self) -> None:
        """Make ourselves known there, however often that fails. Runs beside everything else."""

    def loops(self) -> Sequence[Loop]:
        """What takes in updates by asking for them."""

    def schedule(self, clockwork: Clockwork) -> None:
        """The regular jobs that the worker does for it."""

    async def stop(self) -> None:
        """Let go of all connections."""
