"""Line: the claims of one channel, in the order and at the pace in which they may leave."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count

from bot.pacing import Pacer
from core.deliveries.claims import Claim

# Who has to wait for longer waits in the database, where they hold up nothing.
LONGEST_HOLD_S = 5.0


@dataclass(slots=True)
class Line:
    """Who is waited for goes first, then who came first. A destination that may not be sent to
    yet is passed over. `late` are claims that have to wait for long, with their seconds.
    """

    pacer: Pacer
    late: list[tuple[Claim, float]] = field(default_factory=list)
    _ready: list[tuple[int, int, Claim]] = field(default_factory=list)
    _asleep: list[tuple[float, int, int, Claim]] = field(default_factory=list)
    _numbers: count[int] = field(default_factory=count)

    def add(self, claim: Claim) -> None:
        heappush(self._ready, (claim.lane, next(self._numbers), claim))

    def next(self, now: float) -> Claim | None:
        """The one that may leave now, if there is one; `now` in seconds of the pacer's clock."""
        while self._asleep and self._asleep[0][0] <= now:
            heappush(self._ready, heappop(self._asleep)[1:])
        while self._ready and self.pacer.wait(now) == 0.0:
            lane, number, claim = heappop(self._ready)
            wait_s = self.pacer.wait_for(claim.address, now)
            if wait_s == 0.0:
                return claim
            if wait_s > LONGEST_HOLD_S:
                self.late.append((claim, wait_s))
            else:
                heappush(self._asleep, (now + wait_s, lane, number, claim))
        return None

    def wait(self, now: float) -> float:
        """Seconds until `next` may find one; infinite when that depends on an answer."""
        if self._ready:
            return self.pacer.wait(now)
        return max(self._asleep[0][0] - now, self.pacer.wait(now)) if self._asleep else math.inf
