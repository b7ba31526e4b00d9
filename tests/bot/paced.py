"""A line of claims that leaves for a platform which keeps its limits, in made-up time."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from heapq import heappop, heappush

from bot.lines import Line
from bot.paces import PACES
from bot.pacing import Pacer
from bot.sandbox.limits import Limits, Purse
from core.deliveries import Lane
from core.deliveries.claims import Claim, Told

TOLD = Told("member.joined", {}, None)


def a_claim(id_: int, address: int, lane: Lane = Lane.PROMPT) -> Claim:
    return Claim(id_, "token", "telegram", str(address), "welcome", lane, 1, 0, TOLD)


@dataclass
class Race:
    """`sent` tells when each claim left, by its id; `refused` counts the 429s. A message takes up
    to `latency_s` there, and as long back.
    """

    latency_s: float = 0.02
    purse: Purse | None = None
    now: float = 0.0
    refused: int = 0
    sent: dict[int, float] = field(default_factory=dict)
    line: Line = field(default_factory=lambda: Line(Pacer(PACES["telegram"])))
    _events: list[tuple[float, int, str, Claim]] = field(default_factory=list)
    _draw: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311 - no secret

    def __post_init__(self) -> None:
        self.limits = Limits(lambda: self.now)
        self.limits.switch(enabled=True)

    def run(self, claims: Iterable[Claim], *, until_s: float = float("inf")) -> None:
        """Until all are sent, or until that moment."""
        for claim in claims:
            self.line.add(claim)
        while self.now < until_s and self._step():
            pass

    def _refuses(self, claim: Claim) -> bool:
        return self.limits.refuse_for(int(claim.address), self.purse) is not None

    def _step(self) -> bool:
        while (claim := self.line.next(self.now)) is not None:
            self._leave(claim)
        for claim, wait_s in self.line.late:
            heappush(self._events, (self.now + wait_s, claim.id, "due", claim))
        self.line.late.clear()
        moments = [at for at, *_ in self._events[:1]]
        soonest = min([self.now + self.line.wait(self.now), *moments])
        if soonest == float("inf"):
            return False
        self.now = max(soonest, self.now)
        while self._events and self._events[0][0] <= self.now:
            self._happen(*heappop(self._events)[2:])
        return True

    def _leave(self, claim: Claim) -> None:
        self.sent[claim.id] = self.now
        self.line.pacer.begin(claim.address, self.now)
        there = self.now + self._draw.uniform(0, self.latency_s)
        heappush(self._events, (there, claim.id, "arrives", claim))
        back = there + self._draw.uniform(0, self.latency_s)
        heappush(self._events, (back, claim.id, "is answered", claim))

    def _happen(self, what: str, claim: Claim) -> None:
        if what == "due":
            self.line.add(claim)
        elif what == "arrives":
            self.refused += self._refuses(claim)
        else:
            self.line.pacer.end(claim.address, self.now)
