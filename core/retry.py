"""What a failed send means: tried again when, held for a person to look at, or given up."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from core.names import clean_text, cut

# A platform that asks for no wait at all would be asked again at once, for ever.
SHORTEST_WAIT_S = 1.0
LONGEST_WAIT_S = 86_400.0
REASON_LIMIT = 500


class DeliveryError(Exception):
    """A channel could not deliver. Raised by channels only.

    `permanent`: the destination refused for good, no retry will help. `retry_after_s`: the platform
    named its own waiting time, in seconds. `uncertain`: it may have arrived. `moved_to`: the
    destination has a new address. `unreachable`: the destination itself is gone for us.
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        retry_after_s: float | None = None,
        uncertain: bool = False,
        moved_to: str | None = None,
        unreachable: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = cut(clean_text(reason), REASON_LIMIT)
        self.permanent = permanent
        self.retry_after_s = retry_after_s
        self.uncertain = uncertain
        self.moved_to = moved_to
        self.unreachable = unreachable


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of the delivery. `refunded` attempts do not count."""

    status: Literal["pending", "failed", "dead", "uncertain"]
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
        if error.uncertain:
            return Verdict("uncertain")
        if error.permanent:
            return Verdict("failed")
        if attempts >= self.attempts:
            return Verdict("dead")
        return Verdict("pending", self._spread(self.delay(attempts)))

    def delay(self, attempts: int) -> timedelta:
        """How long to wait after the `attempts`-th try, before jitter."""
        steps = max(1, self.attempts - 2)
        growth: float = (self.longest / self.first) ** (1 / steps)
        return min(self.longest, self.first * growth ** min(attempts - 1, steps))

    def _spread(self, delay: timedelta) -> timedelta:
        return delay * self.draw.uniform(1 - self.jitter, 1 + self.jitter)
