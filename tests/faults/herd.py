"""Guests who accept invites while the bot under them is killed again and again."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import update

from bot.answers import PATIENCE
from bot.sandbox.server import Sandbox
from bot.sandbox.telegram.messages import Message
from core.deliveries import Delivery, DeliveryStatus
from core.deliveries.redrive import retry_all
from core.deliveries.trail import View
from core.inbox import InboxRow, InboxStatus
from tests.cast import Cast
from tests.faults.killing import POINTS
from tests.faults.rig import DANA, environment, until, variables

# So long a bot may live that never comes to the point at which it was to die.
LONGEST_LIFE_S = 4.0
# Peace comes within seconds, unless the machine is busy elsewhere.
PEACE_S = 400.0
LOOK_EVERY_S = 0.2
GUESTS_A_ROOM = 12
SETTLED = {DeliveryStatus.SENT, DeliveryStatus.UNCERTAIN}


@dataclass
class Guest:
    """Somebody with a link; `tapped` once they have pressed Accept."""

    id: int
    name: str
    link: str
    tapped: bool = False


@dataclass
class Nursery:
    """Bears bots of one program that is loaded already."""

    process: asyncio.subprocess.Process
    log: Path

    async def bear(self, settings: dict[str, str], point: str = "", times: int = 1) -> int:
        """The process id of a new bot, which is to die at `point`, if there is one."""
        order = {"settings": settings, "point": point, "times": times, "log": str(self.log)}
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order).encode() + b"\n")
        await self.process.stdin.drain()
        return int(await self._heard())

    async def gone(self) -> int:
        """How the bot ended, once it has."""
        return int(await self._heard())

    async def _heard(self) -> bytes:
        assert self.process.stdout is not None
        return await self.process.stdout.readline()


@asynccontextmanager
async def nursery(folder: Path) -> AsyncIterator[Nursery]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.faults.nursery"),
        cwd=folder,
        env=environment(),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield Nursery(process, folder / "log.txt")
    finally:
        process.kill()
        await process.wait()


@dataclass
class Herd:
    """The guests, their groups' rooms, and what was asked of the bots."""

    cast: Cast
    sandbox: Sandbox
    nursery: Nursery
    url: str
    dice: random.Random
    guests: list[Guest] = field(default_factory=list)
    rooms: list[int] = field(default_factory=list)
    deaths: Counter[str] = field(default_factory=Counter)
    redriven: set[int] = field(default_factory=set)
    _token: str = ""

    async def generation(self) -> None:
        """Two guests come, and a bot lives until it dies."""
        await self.time_passes()
        for _ in range(2):
            await self._invite()
        point = self.dice.choice([*POINTS, "", "", "", ""])
        settings = variables(self.url, self.sandbox, USHER_OUTBOX_INTERVAL_S="0.5")
        bot = await self.nursery.bear(settings, point, self.dice.randint(1, 3))
        life_s = LONGEST_LIFE_S if point else self.dice.uniform(0.0, LONGEST_LIFE_S / 4)
        status = await self._live(bot, life_s)
        assert status == -signal.SIGKILL, self.nursery.log.read_text()[-4000:]
        self.deaths[point] += 1

    async def peace(self) -> None:
        """One more bot, which lives until all is done."""
        await self.time_passes()
        settings = variables(self.url, self.sandbox, USHER_OUTBOX_INTERVAL_S="0.5")
        bot = await self.nursery.bear(settings)
        gone = asyncio.create_task(self.nursery.gone())
        await until(self._all_done, within_s=PEACE_S)
        os.kill(bot, signal.SIGKILL)
        await gone

    async def time_passes(self) -> None:
        """No bot lives: nobody is at an answer any more that one of them owed."""
        await self.lease_runs_out()
        waited = {"handled_at": datetime.now(UTC) - 2 * PATIENCE}
        owed = InboxRow.reply.is_not(None)
        await self.cast.write(
            lambda s: s.execute(update(InboxRow).where(owed).values(waited)).close()
        )

    async def lease_runs_out(self) -> None:
        """What the database's clock would do within a minute."""
        past = {"lease_until": datetime(2000, 1, 1, tzinfo=UTC)}
        sending = Delivery.status == DeliveryStatus.SENDING
        await self.cast.write(
            lambda s: s.execute(update(Delivery).where(sending).values(past)).close()
        )

    def look_at_phones(self) -> None:
        """Whoever sees a card taps Accept."""
        for guest in self.guests:
            card = None if guest.tapped else self._card(guest)
            if card is not None:
                data = str(card.buttons()[0]["callback_data"])
                self.sandbox.telegram.tap(guest.id, guest.id, card.message_id, data)
                guest.tapped = True

    async def _live(self, bot: int, life_s: float) -> int:
        gone = asyncio.create_task(self.nursery.gone())
        end = asyncio.get_running_loop().time() + life_s
        while not gone.done():
            self.look_at_phones()
            if asyncio.get_running_loop().time() > end:
                with suppress(ProcessLookupError):
                    os.kill(bot, signal.SIGKILL)
            await asyncio.wait([gone], timeout=0.02)
        return await gone

    async def _invite(self) -> None:
        world, number = self.sandbox.telegram, len(self.guests)
        if number % GUESTS_A_ROOM == 0:
            room = world.add_room(f"Room {number}", owner_id=DANA, with_bot=True)
            group = await self.cast.group(f"Team {number}")
            await self.cast.bind(str(room.id), group=group)
            self.rooms.append(room.id)
            self._token = (await self.cast.invite(group=group, max_uses=0, ttl=None)).token
        name = f"Guest{number:05}"
        link = f"https://t.me/usher_sandbox_bot?start=j_{self._token}"
        self.guests.append(Guest(world.add_person(name).id, name, link))
        world.open_link(self.guests[-1].id, link)

    async def _all_done(self) -> bool:
        await asyncio.sleep(LOOK_EVERY_S)  # to look is work for the database too
        self.look_at_phones()
        await self.lease_runs_out()
        await self._redrive()
        inbox = await self.cast.rows(InboxRow)
        if any(row.status is InboxStatus.PENDING or row.reply is not None for row in inbox):
            return False
        for guest in self.guests:  # whose card was lost with two bots opens the link again
            if not guest.tapped and self._card(guest) is None:
                self.sandbox.telegram.open_link(guest.id, guest.link)
        rows = [row for row in await self.cast.rows(Delivery) if row.kind == "welcome"]
        done = len(rows) == len(self.guests) and {row.status for row in rows} <= SETTLED
        return done and all(guest.tapped for guest in self.guests)

    async def _redrive(self) -> None:
        """Somebody looks into /outbox: what lost three senders is dead until then."""
        rows = await self.cast.rows(Delivery)
        dead = {row.id for row in rows if row.status is DeliveryStatus.DEAD}
        if dead:
            self.redriven |= dead
            ruler = replace(self.cast.alice, system_admin=True)
            await self.cast.write(
                lambda s: retry_all(s, ruler(s), group=None, view=View.DEAD, now=datetime.now(UTC))
            )

    def _card(self, guest: Guest) -> Message | None:
        shown = self.sandbox.telegram.messages(guest.id)
        return next((one for one in reversed(shown) if one.buttons()), None)
