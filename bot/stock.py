"""Stock: the claims of this process, from the moment they are taken until they are settled."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.lines import Line
from bot.pacing import Pacing
from core.deliveries.claims import LEASE, Claim
from core.deliveries.settlements import Settlement, postponed

# With so much of a lease gone we ask whether a claim is still ours before we send.
DOUBT_AFTER_S = LEASE.total_seconds() * 2 / 3


@dataclass(slots=True)
class Stock:
    """Claims that wait to be sent, those under way, and outcomes that wait to be written down.
    `clock` tells UTC.
    """

    clock: Callable[[], datetime]
    pacing: Pacing
    waiting: dict[int, Claim] = field(default_factory=dict)
    under_way: dict[int, Claim] = field(default_factory=dict)
    outcomes: list[Settlement] = field(default_factory=list)
    in_doubt: bool = False
    _lines: dict[str, Line] = field(default_factory=dict)
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
        now = self.pacing.ticks()
        for claim in claims:
            self.waiting[claim.id] = claim
            self._sure[claim.id] = now
            self._line(claim.channel).add(claim)

    def next(self) -> Claim | None:
        """The one to send now; it counts as under way from here on. None where there is none, or
        where it may have been given to somebody else by now: then all are `in_doubt`.
        """
        now = self.pacing.ticks()
        for line in self._lines.values():
            while (claim := line.next(now)) is not None:
                if self.waiting.get(claim.id) is not claim:  # let go of meanwhile
                    continue
                if now - self._sure[claim.id] > DOUBT_AFTER_S:
                    line.add(claim)
                    self.in_doubt = True
                    return None
                line.pacer.begin(claim.address, now)
                self.under_way[claim.id] = self.waiting.pop(claim.id)
                return claim
            self._postpone(line)
        return None

    def wait(self) -> float:
        """Seconds until `next` may find one; infinite when that depends on an answer."""
        now = self.pacing.ticks()
        return min((line.wait(now) for line in self._lines.values()), default=float("inf"))

    def confirm(self, asked: Iterable[Claim], ours: Collection[int]) -> list[Claim]:
        """Leases were extended: which of `asked` are gone. Those are not sent any more."""
        now = self.pacing.ticks()
        gone = [claim for claim in asked if claim.id not in ours]
        self._sure.update((id_, now) for id_ in ours if id_ in self._sure)
        for claim in gone:
            if self.waiting.pop(claim.id, None):
                del self._sure[claim.id]
        self.in_doubt = False
        return gone

    def finish(self, outcome: Settlement) -> None:
        """It was sent, or was not; its pacer learns of it."""
        claim, now = outcome.claim, self.pacing.ticks()
        pacer = self.pacing.pacer(claim.channel)
        pacer.end(claim.address, now)
        if outcome.silence_s is not None:
            pacer.stop(claim.address, outcome.silence_s, now)
        del self.under_way[claim.id]
        self._close(outcome)

    def empty(self) -> None:
        """Give back all that was not begun."""
        for claim in list(self.waiting.values()):
            del self.waiting[claim.id]
            self._close(postponed(claim))

    def take_outcomes(self) -> list[Settlement]:
        taken, self.outcomes = self.outcomes, []
        return taken

    def put_back(self, outcomes: Iterable[Settlement]) -> None:
        """They could not be written down yet."""
        self.outcomes[:0] = outcomes

    def _line(self, channel: str) -> Line:
        if channel not in self._lines:
            self._lines[channel] = Line(self.pacing.pacer(channel))
        return self._lines[channel]

    def _postpone(self, line: Line) -> None:
        for claim, wait_s in line.late:
            if self.waiting.pop(claim.id, None):
                self._close(postponed(claim, due_at=self.clock() + timedelta(seconds=wait_s)))
        line.late.clear()

    def _close(self, outcome: Settlement) -> None:
        del self._sure[outcome.claim.id]
        self.outcomes.append(outcome)
