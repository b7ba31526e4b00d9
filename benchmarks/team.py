"""Team: a group with an invite for any number of people, who have all seen its card."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from sqlalchemy.orm import Session

from benchmarks.wire import Update, tap
from bot.ground import Ground
from bot.telegram_api import PLATFORM
from core import deliveries, inbox
from core.access import Actor
from core.chats import bind_chat
from core.groups import Kind
from core.groups.tree import create_group
from core.invites import UNLIMITED, Offer, create_invite
from core.invites.redemptions import open_invite
from core.people import Sender, mark_reachable, recognise

ALICE = Sender(platform=PLATFORM, address="1001", name="Alice")
ROOM = "-1001000000001"
SETTLE_PATIENCE_S = 120.0


@dataclass(frozen=True, slots=True)
class Team:
    """`public_id` and `token` are those of the invite."""

    ground: Ground
    public_id: str
    token: str

    @classmethod
    async def found(cls, ground: Ground, *, welcomes: bool) -> Team:
        """With `welcomes` the team has a room, where each new member is greeted."""

        def unit(session: Session) -> tuple[str, str]:
            now = ground.clock()
            actor = Actor(recognise(session, sender=ALICE, now=now).person, via=PLATFORM)
            group = create_group(session, actor, kind=Kind.TEAM, name="Tigers", now=now)
            if welcomes:
                bind_chat(
                    session,
                    actor,
                    group=group,
                    platform=PLATFORM,
                    address=ROOM,
                    title="Tigers",
                    runs_room=True,
                    now=now,
                )
            offer = Offer(max_uses=UNLIMITED)
            invite, token = create_invite(session, actor, group=group, offer=offer, now=now)
            return invite.public_id, token

        return cls(ground, *await ground.database.write(unit))

    async def taps(self, first: int, count: int) -> list[Update]:
        """So many new people, who have pressed Start and seen the card, tap on Accept."""
        await self.ground.database.write(lambda session: self._show(session, first, count))
        return self.shown(self.public_id, first, count)

    @staticmethod
    def shown(public_id: str, first: int, count: int) -> list[Update]:
        return [
            tap(number, number, f"/accept {public_id}") for number in range(first, first + count)
        ]

    async def settled(self) -> None:
        """When no update and no welcome is left over. Raises TimeoutError."""
        deadline = time.monotonic() + SETTLE_PATIENCE_S
        while await self.ground.database.read(_is_busy):
            if time.monotonic() > deadline:
                raise TimeoutError("updates or welcomes are left over")
            await asyncio.sleep(0.02)

    def _show(self, session: Session, first: int, count: int) -> None:
        now = self.ground.clock()
        for number in range(first, first + count):
            sender = Sender(PLATFORM, str(number), f"Guest {number}", locale="en")
            person = recognise(session, sender=sender, now=now).person
            mark_reachable(session, platform=PLATFORM, address=sender.address)
            open_invite(session, Actor(person, via=PLATFORM), code=self.token, now=now)


def _is_busy(session: Session) -> bool:
    return inbox.oldest_waiting(session) is not None or deliveries.oldest_due(session) is not None
