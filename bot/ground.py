"""What every loop stands on: the database, the clock, and where progress and counts are noted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.answering import Answering
from bot.metrics import Metrics
from bot.pacing import Pacing
from bot.progress import Progress
from bot.tracing import Tracing, Untraced
from core.database import Database


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Ground:
    """Shared by all loops of one process. `clock` tells UTC."""

    database: Database
    clock: Callable[[], datetime] = utc_now
    progress: Progress = field(default_factory=Progress)
    metrics: Metrics = field(default_factory=Metrics)
    pacing: Pacing = field(default_factory=Pacing)
    answering: Answering = field(default_factory=Answering)
    tracing: Tracing = field(default_factory=Untraced)
