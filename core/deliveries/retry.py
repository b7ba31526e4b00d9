"""What a failed send means: tried again when, held for a person to look at, or given up."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from core.deliveries.errors import DeliveryError

# A platform that asks for no wait at all would be asked again at once, for ever.
SHORTEST_WAIT_S = 1.0
LONGEST_WAIT_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of the delivery. `refunded` attempts do not count."""

    status: Literal["pending", "failed", "dead", "uncertain", "cancelled"]
    delay: timedelta = timedelta()
    refunded: int = 0


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Exponential with jitter, from `first` to `longest`, `attempts` tries in all."""

    first: timedelta = timedelta(minutes=1)
    longest: timedelta = timedelta(hours=12)
    attempts: int = 8
    jitter: float = 0.2
    draw: random.Random = field(default_factory=random.SystemRandom)

    def judge(self, error: DeliveryError, *, attempts: int) -> Verdict:
        """What becomes of a delivery that failed with `error` at its `attempts`-th try."""
        if error.moved_to is not None:
            return Verdict("pending", refunded=1)
        if error.retry_after_s is not None:
            wait_s = min(max(error.retry_after_s, SHORTEST_WAIT_S), LONGEST_WAIT_S)
            return Verdict("pending", timedelta(seconds=wait_s), refunded=1)
        if error.uncertain and (attempts >= self.attempts or not error.repeatable):
            return Verdict("uncertain")
        if error.unwanted:
            return Verdict("cancelled")
        if error.ours:  # an admin hears of the dead
            return Verdict("dead")
        if error.permanent:
            return Verdict("failed")
        if attempts >= self.attempts:
            return Verdict("dead")
        return Verdict("pending", self._pause(error, attempts))

    def _pause(self, error: DeliveryError, attempts: int) -> timedelta:
        if error.delay_s is not None:
            return timedelta(seconds=error.delay_s)
        return self._spread(self.delay(attempts))

    def delay(self, attempts: int) -> timedelta:
        """How long to wait after the `attempts`-th try, before jitter."""
        steps = max(1, self.attempts - 2)
        growth: float = (self.longest / self.first) ** (1 / steps)
        return min(self.longest, self.first * growth ** min(attempts - 1, steps))

    def _spread(self, delay: timedelta) -> timedelta:
        return delay * self.draw.uniform(1 - self.jitter, 1 + self.jitter)
