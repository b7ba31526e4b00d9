"""Rates: how many requests somebody may still send; a bucket that fills steadily."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

# So many askers are remembered at most: who was forgotten starts with a full bucket.
MOST_BUCKETS = 10_000


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` requests at once, and `per_s` a second on the long run."""

    burst: int = 600
    per_s: float = 10.0


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left; `wait_s` is 0 or the seconds until the next request may come."""

    limit: int
    remaining: int
    reset_s: int
    wait_s: int

    def headers(self) -> dict[str, str]:
        """As the IETF's draft on rate limits named them when clients began to read them."""
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset_s),
        }


@dataclass(slots=True)
class Rates:
    """The buckets of one process. `clock` tells seconds that only rise."""

    rate: Rate
    clock: Callable[[], float]
    _buckets: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def take(self, whose: str) -> Allowance:
        """Count one request."""
        burst, now = self.rate.burst, self.clock()
        level, since = self._buckets.pop(whose, (float(burst), now))
        level = min(burst, level + (now - since) * self.rate.per_s)
        fits = level >= 1
        level -= fits
        self._buckets[whose] = (level, now)
        if len(self._buckets) > MOST_BUCKETS:
            self._buckets.popitem(last=False)
        return Allowance(
            limit=burst,
            remaining=int(level),
            reset_s=math.ceil((burst - level) / self.rate.per_s),
            wait_s=0 if fits else math.ceil((1 - level) / self.rate.per_s),
        )
