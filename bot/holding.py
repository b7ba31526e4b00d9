"""Holding: a lease in the database that this process has, or waits for."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import structlog

from bot.pacing import ticks
from core.database import Database
from core.errors import DatabaseUnavailable
from core.leases import LEASE_S, find_holder, hold, let_go

RENEW_S = LEASE_S / 3
LOOK_S = 2.0

log = structlog.get_logger(__name__)


class Holding:
    """Whether it is us who do `name`, and not another process on the same database."""

    def __init__(self, database: Database, name: str, *, holder: str | None = None) -> None:
        self.name = name
        self.holder = holder or f"{place()}/{os.getpid()}/{secrets.token_hex(4)}"
        self._database = database
        self._until = 0.0
        self._gained, self._lost = asyncio.Event(), asyncio.Event()

    @property
    def held(self) -> bool:
        """As far as can be told without asking: never longer than the database says."""
        return ticks() < self._until

    async def run(self) -> None:
        """Renew it, or stand by for it, until cancelled."""
        while True:
            await asyncio.sleep(RENEW_S if self.held else LOOK_S)
            await self.ask()

    async def let_go(self) -> None:
        """At a clean stop, so that nobody has to wait."""
        self._until = 0.0
        with suppress(DatabaseUnavailable):
            await self._database.write(lambda s: let_go(s, self.name, holder=self.holder))

    async def whenever_held(self, work: Callable[[], Awaitable[None]]) -> None:
        """Run `work` while it is ours, and break it off when it is not any more."""
        while True:
            await self._gained.wait()
            task = asyncio.ensure_future(work())
            lost = asyncio.ensure_future(self._lost.wait())
            try:
                await asyncio.wait([task, lost], return_when=asyncio.FIRST_COMPLETED)
                if task.done():
                    return task.result()
            finally:
                task.cancel()
                lost.cancel()
                await asyncio.gather(task, lost, return_exceptions=True)

    def _note(self) -> None:
        gained = self.held
        if gained is not self._gained.is_set():
            log.info("a lease has changed hands", lease=self.name, ours=gained)
        (self._gained.set if gained else self._gained.clear)()
        (self._lost.clear if gained else self._lost.set)()

    async def ask(self) -> None:
        """Take it or renew it, unless somebody else has it. Never raises for an outage."""
        asked = ticks()
        try:
            gone = await self._database.read(lambda s: find_holder(s, self.name))
            dead = gone if gone is not None and is_dead(gone) else None
            fence = await self._database.write(
                lambda s: hold(s, self.name, holder=self.holder, instead_of=dead)
            )
        except DatabaseUnavailable as error:
            log.warning("a lease can't be asked for", lease=self.name, reason=str(error))
        else:
            self._until = 0.0 if fence is None else asked + LEASE_S
        self._note()


def place() -> str:
    """The machine since its last start, and the processes that see each other on it. Empty where
    that can't be told.
    """
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot}/{Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return ""


def is_dead(holder: str) -> bool:
    """Whether the process is known to be gone: then nobody has to wait for its lease to end."""
    where, pid, _ = holder.rsplit("/", 2)
    if not where or where != place():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
