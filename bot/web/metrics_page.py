"""/metrics: the counters, and how much waits in each queue at this moment."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aiohttp import hdrs, web
from prometheus_client.exposition import choose_encoder
from sqlalchemy.orm import Session

from bot.metrics import Metrics
from bot.progress import Progress
from core import deliveries, inbox, outbox
from core.database import Database
from core.errors import DatabaseUnavailable

PATIENCE_S = 5.0
STATUSES = {"deliveries": deliveries.COUNTED, "inbox": inbox.COUNTED, "outbox": outbox.COUNTED}


@dataclass(frozen=True, slots=True)
class Figures:
    """Rows by queue and status, and by queue since when its oldest waits."""

    rows: dict[str, dict[str, int]]
    oldest: dict[str, datetime | None]


@dataclass(frozen=True, slots=True)
class MetricsPage:
    database: Database
    progress: Progress
    metrics: Metrics
    now: Callable[[], datetime]

    async def handle(self, request: web.Request) -> web.Response:
        """Answers while the database is away too: then it is without what only it knows."""
        figures = await self._read()
        self.metrics.database_up.set(figures is not None)
        self._set_rows(figures)
        self._set_ages()
        encode, content_type = choose_encoder(request.headers.get(hdrs.ACCEPT, ""))
        return web.Response(
            body=encode(self.metrics.registry), headers={hdrs.CONTENT_TYPE: content_type}
        )

    async def _read(self) -> Figures | None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await self.database.read(read_figures)
        except (DatabaseUnavailable, TimeoutError):
            return None

    def _set_rows(self, figures: Figures | None) -> None:
        self.metrics.rows.clear()
        self.metrics.oldest_seconds.clear()
        if figures is None:
            return
        for queue, counts in figures.rows.items():
            for status in STATUSES[queue]:
                self.metrics.rows.labels(queue, status.value).set(counts.get(status.value, 0))
        for queue, since in figures.oldest.items():
            age = (self.now() - since).total_seconds() if since else 0
            self.metrics.oldest_seconds.labels(queue).set(max(0, age))

    def _set_ages(self) -> None:
        steps = {
            "poll": self.progress.last_poll,
            "inbox": self.progress.last_inbox_pass,
            "outbox": self.progress.last_outbox_tick,
        }
        for step, mark in steps.items():
            age = self.progress.age(mark)
            if age is not None:
                self.metrics.last_seconds.labels(step).set(age)


def read_figures(session: Session) -> Figures:
    return Figures(
        rows={
            "deliveries": deliveries.count_by_status(session),
            "inbox": inbox.count_by_status(session),
            "outbox": outbox.count_by_status(session),
        },
        oldest={
            "deliveries": deliveries.oldest_due(session),
            "inbox": inbox.oldest_waiting(session),
            "outbox": outbox.oldest_waiting(session),
        },
    )
