"""A city of people and groups in a database, and a worker without a network or a real clock."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from core.chats import Chat
from core.database import Database
from core.deliveries import Delivery, DeliveryStatus, settlements
from core.deliveries.claims import Claim, claim_due
from core.deliveries.retry import RetryPolicy
from core.deliveries.settlements import Settlement
from core.facts import MemberJoined
from core.groups import Group, Kind
from core.model import Base
from core.outbox import EventStatus, OutboxEvent
from core.people import Person
from core.routing import fan_out
from tests.simulation.weather import Weather

CHUNK = 1000
BATCH = 500


@dataclass
class City:
    """`now` is the time of the simulation; `joined` counts the facts, `vanished` lost senders."""

    database: Database
    weather: Weather
    dice: random.Random
    now: datetime
    people: int
    groups: int
    joined: int = 0
    vanished: Counter[int] = field(default_factory=Counter)

    async def found(self) -> None:
        """Everybody, and a room for each group."""
        at = {"created_at": self.now}
        await self._fill(Person, [{"name": f"P{n}", **at} for n in range(self.people)])
        rows = [{"name": f"G{n}", "kind": Kind.TEAM, "slug": f"g{n}", **at} for n in self._all()]
        await self._fill(Group, rows)
        rooms = [
            {
                "group_id": number + 1,
                "platform": "telegram",
                "address": address_of(number),
                "title": "Room",
                "bound_at": self.now,
            }
            for number in self._all()
        ]
        await self._fill(Chat, rooms)

    async def join(self, count: int) -> None:
        """So many people become members of one group or another."""
        facts = [self._fact() for _ in range(min(count, self.people - self.joined))]
        self.joined += len(facts)
        await self._fill(OutboxEvent, facts)

    async def work(self) -> None:
        """What a worker does until nothing is due."""
        while await self.database.write(lambda s: fan_out(s, now=self.now, limit=BATCH)):
            pass
        while claims := await self.database.write(self._claim):
            outcomes = [outcome for one in claims if (outcome := self._send(one)) is not None]
            await self.database.write(partial(settlements.settle, settlements=outcomes))

    async def lease_runs_out(self) -> None:
        """A minute has passed since anything was claimed."""
        past = update(Delivery).where(Delivery.status == DeliveryStatus.SENDING)
        ended = past.values(lease_until=datetime(2000, 1, 1, tzinfo=self.now.tzinfo))
        await self.database.write(lambda s: s.execute(ended).close())

    async def counts(self) -> Counter[str]:
        """Deliveries by status, and facts that are pending, done or dead."""

        def unit(s: Session) -> Counter[str]:
            rows = s.execute(select(Delivery.status, func.count()).group_by(Delivery.status))
            found = Counter({status.value: count for status, count in rows})
            facts = s.execute(select(OutboxEvent.status, func.count()).group_by(OutboxEvent.status))
            found.update({f"fact {status.value}": count for status, count in facts})
            return found

        return await self.database.read(unit)

    def _claim(self, session: Session) -> list[Claim]:
        return claim_due(session, now=self.now, limit=BATCH)

    def _send(self, claim: Claim) -> Settlement | None:
        """What to write down; None when the sender vanishes over it, before or after it sent."""
        error = self.weather.send(claim.address, claim.id, self.now)
        if self.dice.random() < 0.0005 and not self.weather.clear:
            self.vanished[claim.id] += 1
            return None
        if error is None:
            return settlements.sent(claim, provider_id="1", now=self.now)
        policy = RetryPolicy(draw=self.dice)
        return settlements.refused(claim, error, now=self.now, policy=policy)

    def _fact(self) -> dict[str, Any]:
        group = self.dice.randrange(self.groups) + 1
        person = self.dice.randrange(self.people) + 1
        fact = MemberJoined(group_id=group, person_id=person, invite_id=None)
        return {
            "event_type": fact.event_type,
            "group_id": group,
            "payload": fact.model_dump(),
            "status": EventStatus.PENDING,
            "created_at": self.now,
        }

    def _all(self) -> Iterator[int]:
        return iter(range(self.groups))

    async def _fill(self, table: type[Base], rows: list[dict[str, Any]]) -> None:
        for start in range(0, len(rows), CHUNK):
            part = rows[start : start + CHUNK]
            await self.database.write(partial(_insert, table=table, rows=part))


def _insert(session: Session, *, table: type[Base], rows: list[dict[str, Any]]) -> None:
    session.execute(insert(table), rows)


def address_of(number: int) -> str:
    return str(-1_000_000_000_000 - number)
