"""Stock: the claims of this process, from the moment they are taken until they are settled."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count

from core.claims import LEASE, Claim
from core.settlements import Settlement

# With so much of a lease gone we ask whether a claim is still ours before we send.
DOUBT_AFTER_S = LEASE.total_seconds() * 2 / 3


def ticks() -> float:
    """Seconds that also pass while the machine sleeps, where it can tell."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


@dataclass(slots=True)
class Stock:
    """Claims that wait to be sent, those under way, and outcomes that wait to be written down."""

    waiting: dict[int, Claim] = field(default_factory=dict)
    under_way: dict[int, Claim] = field(default_factory=dict)
    outcomes: list[Settlement] = field(default_factory=list)
    _order: list[tuple[int, int, int]] = field(default_factory=list)
    _numbers: count[int] = field(default_factory=count)
    _sure: dict[int, float] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many are still to be sent or on their way."""
        return len(self.waiting) + len(self.under_way)

    def ids(self) -> list[int]:
        """All that are ours, those with an outcome included."""
        return [*self.waiting, *self.under_way, *(one.claim.id for one in self.outcomes)]

    def claims(self) -> list[Claim]:
        return [*self.waiting.values(), *self.under_way.values()]

    def holds_suspect(self) -> bool:
        """Whether one is among them over which a sender has vanished."""
        return any(claim.lost for claim in self.claims())

    def add(self, claims: Iterable[Claim]) -> None:
        now = ticks()
        for claim in claims:
            self.waiting[claim.id] = claim
            self._sure[claim.id] = now
            heappush(self._order, (claim.lane, next(self._numbers), claim.id))

    def next(self) -> Claim | None:
        """The one to send now; it counts as under way from here on. None where there is none, or
        where it may have been given to somebody else by now.
        """
        while self._order:
            id_ = self._order[0][-1]
            if id_ in self.waiting:
                if self.is_doubtful():
                    return None
                heappop(self._order)
                claim = self.under_way[id_] = self.waiting.pop(id_)
                return claim
            heappop(self._order)
        return None

    def is_doubtful(self) -> bool:
        """Whether the one whose turn it is may have been given to somebody else by now."""
        first = self._order[0][-1] if self._order else None
        return first in self.waiting and ticks() - self._sure[first] > DOUBT_AFTER_S

    def confirm(self, asked: Iterable[Claim], ours: Collection[int]) -> list[Claim]:
        """Leases were extended: which of `asked` are gone. Those are not sent any more."""
        now = ticks()
        gone = [claim for claim in asked if claim.id not in ours]
        self._sure.update((id_, now) for id_ in ours if id_ in self._sure)
        for claim in gone:
            if self.waiting.pop(claim.id, None):
                del self._sure[claim.id]
        return gone

    def finish(self, outcome: Settlement) -> None:
        self.under_way.pop(outcome.claim.id, None)
        self._sure.pop(outcome.claim.id, None)
        self.outcomes.append(outcome)

    def empty(self) -> list[Claim]:
        """Give away all that was not begun."""
        claims = list(self.waiting.values())
        self.waiting.clear()
        self._order.clear()
        self._sure.clear()
        return claims

    def take_outcomes(self) -> list[Settlement]:
        taken, self.outcomes = self.outcomes, []
        return taken

    def put_back(self, outcomes: Iterable[Settlement]) -> None:
        """They could not be written down yet."""
        self.outcomes[:0] = outcomes
