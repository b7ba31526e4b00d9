"""/healthz: the process is alive. /readyz: it also makes progress."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime

from aiohttp import web
from sqlalchemy.orm import Session

from bot.progress import Problem, Progress
from bot.redaction import Redactor
from core import deliveries, inbox
from core.database import Database
from core.errors import DatabaseUnavailable
from core.leases import read_revision

DATABASE_PATIENCE_S = 3.0
POLL_LIMIT_S = 90.0
INBOX_LIMIT_S = 60.0
DELIVERY_LIMIT_S = 300.0
# Telegram asks again within 2 minutes: silence for longer says nothing about the problem.
INTAKE_MEMORY_S = 180.0
# A pass may take a while; missing several in a row means that the job is stuck.
TICK_LIMIT_S = 60.0
# Reasons come from the network's errors, which like to quote addresses, and this page is public.
REDACTOR = Redactor()


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must hold, and what was seen of it."""

    name: str
    ok: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Health:
    """What is watched. `schema`: the revision that this program needs. `polling`: this process
    polls. `tick_s`: it runs the outbox job at least every so many seconds; None: another does.
    """

    database: Database
    schema: str | None
    progress: Progress
    now: Callable[[], datetime]
    stopping: asyncio.Event
    polling: bool
    tick_s: float | None

    async def handle_alive(self, request: web.Request) -> web.Response:
        """200 for as long as the event loop turns: a restart would not help what else is wrong."""
        return web.json_response({"alive": True})

    async def handle_ready(self, request: web.Request) -> web.Response:
        """200 when all holds, else 503, with each check either way."""
        checks = [*await self._check_database(), *self._check_loops()]
        ready = all(check.ok for check in checks)
        body = {"ready": ready, "checks": [asdict(check) for check in checks]}
        return web.json_response(body, status=200 if ready else 503)

    async def _check_database(self) -> list[Check]:
        try:
            async with asyncio.timeout(DATABASE_PATIENCE_S):
                queues = await self.database.read(self._look)
        except (DatabaseUnavailable, TimeoutError) as error:
            return [Check("database", ok=False, detail=f"out of reach: {type(error).__name__}")]
        return [Check("database", ok=True, detail="answers"), *queues]

    def _look(self, session: Session) -> list[Check]:
        revision = read_revision(session)
        current = revision == self.schema
        schema = Check("schema", ok=current, detail=f"is {revision}, wanted {self.schema}")
        if not current:  # it need not have the tables that are asked next
            return [schema]
        waiting, due = inbox.oldest_waiting(session), deliveries.oldest_due(session)
        return [
            schema,
            _check_age("inbox", self._since(waiting), limit=INBOX_LIMIT_S),
            _check_age("deliveries", self._since(due), limit=DELIVERY_LIMIT_S),
        ]

    def _check_loops(self) -> list[Check]:
        checks = [self._check_intake()]
        if self.polling:
            checks.append(self._check_poll())
        if self.tick_s is not None:
            age = self.progress.age(self.progress.last_outbox_tick)
            checks.append(_check_step("outbox", age, limit=max(TICK_LIMIT_S, 3 * self.tick_s)))
        return checks

    def _check_intake(self) -> Check:
        if self.stopping.is_set():
            return Check("intake", ok=False, detail="stopping")
        problem = self.progress.intake_problem
        age = self.progress.age(problem.latest) if problem else None
        if problem is None or age is None or age > INTAKE_MEMORY_S:
            return Check("intake", ok=True, detail="open")
        return Check("intake", ok=False, detail=_describe(problem))

    def _check_poll(self) -> Check:
        if self.progress.stands_by:
            return Check("poll", ok=True, detail="another process polls; this one stands by")
        problem = self.progress.poll_problem
        if problem is not None:
            return Check("poll", ok=False, detail=_describe(problem))
        return _check_step("poll", self.progress.age(self.progress.last_poll), limit=POLL_LIMIT_S)

    def _since(self, moment: datetime | None) -> float:
        return max(0.0, (self.now() - moment).total_seconds()) if moment else 0.0


def _describe(problem: Problem) -> str:
    since = problem.since.at.isoformat(timespec="seconds")
    return f"{REDACTOR.redact(problem.reason)}, since {since}"


def _check_age(name: str, age: float, *, limit: float) -> Check:
    return Check(name, ok=age < limit, detail=f"the oldest waits {age:.0f} s, limit {limit:.0f} s")


def _check_step(name: str, age: float | None, *, limit: float) -> Check:
    if age is None:
        return Check(name, ok=False, detail="not yet")
    return Check(name, ok=age < limit, detail=f"last {age:.0f} s ago, limit {limit:.0f} s")
