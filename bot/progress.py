"""How far the loops have come: they write it down, the health page reads it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Mark:
    """When something happened: `at` in UTC for people, `ticks` in monotonic seconds for ages."""

    at: datetime
    ticks: float


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something fails, such as "401 Unauthorized": since when, and when it was last seen."""

    reason: str
    since: Mark
    latest: Mark


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Progress:
    """The latest of each kind of step. `stands_by`: another process polls. The clocks are passed in
    by tests.
    """

    now: Callable[[], datetime] = _utc_now
    monotonic: Callable[[], float] = time.monotonic
    last_poll: Mark | None = field(default=None, init=False)
    stands_by: bool = field(default=False, init=False)
    poll_problem: Problem | None = field(default=None, init=False)
    poll_pause_s: float = field(default=0.0, init=False)
    intake_problem: Problem | None = field(default=None, init=False)
    last_outbox_tick: Mark | None = field(default=None, init=False)
    last_inbox_pass: Mark | None = field(default=None, init=False)

    def poll_succeeded(self) -> None:
        """getUpdates answered, also when nothing was new: whatever was wrong is over."""
        self.last_poll = self._mark()
        self.poll_problem = None
        self.poll_pause_s = 0.0

    def poll_failed(self, reason: str, *, pause_s: float = 0.0) -> None:
        """getUpdates failed, or its updates could not be kept; it is tried again in `pause_s`."""
        self.poll_problem = self._problem(self.poll_problem, reason)
        self.poll_pause_s = pause_s

    def poll_overdue_s(self) -> float | None:
        """Seconds since polling came round, well or badly, or since it was to do so; None: never.

        Below 0 it is still resting.
        """
        problem = self.poll_problem
        marks = [mark for mark in (self.last_poll, problem and problem.latest) if mark]
        ages = [self.monotonic() - mark.ticks for mark in marks]
        return min(ages) - self.poll_pause_s if ages else None

    def intake_succeeded(self) -> None:
        """What a webhook brought was kept: whatever was wrong is over."""
        self.intake_problem = None

    def intake_failed(self, reason: str) -> None:
        """What a webhook brought could not be kept; the platform will bring it again."""
        self.intake_problem = self._problem(self.intake_problem, reason)

    def outbox_ticked(self) -> None:
        """The outbox job finished a pass, whatever it found."""
        self.last_outbox_tick = self._mark()

    def inbox_passed(self) -> None:
        """The inbox was looked through, whatever it held."""
        self.last_inbox_pass = self._mark()

    def age(self, mark: Mark | None) -> float | None:
        """Seconds since `mark`, by the monotonic clock; None when it never happened."""
        return None if mark is None else self.monotonic() - mark.ticks

    def _problem(self, standing: Problem | None, reason: str) -> Problem:
        mark = self._mark()
        repeated = standing is not None and standing.reason == reason
        return Problem(reason, standing.since if standing and repeated else mark, mark)

    def _mark(self) -> Mark:
        return Mark(self.now(), self.monotonic())
