"""Pacing: how fast a channel may be used, and when the next message to somebody may leave."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import timedelta

from bot.paces import PACES, UNLIMITED, Pace, Window

# What is sent by a sender is counted by it; all else that uses the same token counts itself.
PACED: ContextVar[bool] = ContextVar("PACED", default=False)
# So many destinations that refuse within so many seconds mean the channel, not themselves.
CROWD_REFUSES, CROWD_WITHIN_S = 3, 2.0
MOST_REMEMBERED = 10_000


def ticks() -> float:
    """Seconds that also pass while the machine sleeps, where it can tell."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


class Usage:
    """What was sent within a window. The platform counts a message when it arrives there, which is
    some time between its start and its answer: it counts here from its start until a whole window
    after its answer, so no window of the platform can ever hold more than is allowed.
    """

    def __init__(self, window: Window) -> None:
        self._window = window
        self._flying = 0
        self._ended: deque[float] = deque()

    def wait(self, now: float) -> float:
        """Seconds until the next one may start; infinite when that depends on an answer."""
        while self._ended and self._ended[0] + self._window.seconds <= now:
            self._ended.popleft()
        if self._flying + len(self._ended) < self._window.most:
            return 0.0
        return self._ended[0] + self._window.seconds - now if self._ended else math.inf

    def widen(self, window: Window) -> None:
        """From now on as many are allowed as `window` says; those that were counted still are."""
        self._window = window

    def begin(self) -> None:
        self._flying += 1

    def end(self, now: float) -> None:
        self._flying -= 1
        self._ended.append(now)

    def is_idle(self, now: float) -> bool:
        return self.wait(now) == 0.0 and not self._flying and not self._ended


@dataclass(slots=True)
class Destination:
    """One chat: `full_at` is when it may be sent to again, less its burst; in seconds."""

    full_at: float = -math.inf
    stopped_until: float = -math.inf
    flying: int = 0
    usage: Usage | None = None


@dataclass(slots=True)
class Pacer:
    """The accounts of one channel. All times are seconds of one clock that only goes forward."""

    pace: Pace
    overall: Usage | None = field(init=False)
    stopped_until: float = -math.inf
    _flying: int = 0
    _known: dict[str, Destination] = field(default_factory=dict)
    _refusals: deque[tuple[float, str]] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self.overall = Usage(self.pace.overall) if self.pace.overall else None

    def wait(self, now: float) -> float:
        """Seconds until anybody may be sent to; infinite when that depends on an answer."""
        if self.pace.at_once is not None and self._flying >= self.pace.at_once:
            return math.inf
        stop = max(0.0, self.stopped_until - now)
        return max(stop, self.overall.wait(now)) if self.overall else stop

    def wait_for(self, address: str, now: float) -> float:
        """Seconds until this destination may be sent to, whatever the others are sent."""
        one = self._known.get(address)
        if one is None:
            return 0.0
        waits = [one.stopped_until - now]
        ahead = max(0.0, one.full_at - now) + one.flying * self.pace.gap_s
        waits.append(ahead - (self.pace.burst - 1) * self.pace.gap_s)
        if one.usage is not None:
            waits.append(one.usage.wait(now))
        return max(0.0, *waits)

    def begin(self, address: str, now: float) -> None:
        """A message leaves now."""
        self._flying += 1
        if self.overall:
            self.overall.begin()
        one = self._destination(address, now)
        one.flying += 1
        if one.usage is not None:
            one.usage.begin()

    def end(self, address: str, now: float) -> None:
        """It was answered, or will never be."""
        self._flying -= 1
        if self.overall:
            self.overall.end(now)
        one = self._destination(address, now)
        one.flying -= 1
        one.full_at = max(one.full_at, now) + self.pace.gap_s
        if one.usage is not None:
            one.usage.end(now)

    def count(self, address: str, now: float) -> None:
        """Something was sent that nobody asked us about."""
        self.begin(address, now)
        self.end(address, now)

    def stop(self, address: str, seconds: float, now: float) -> None:
        """The platform asked for silence: of this destination, or of the channel when several
        destinations are told so at once.
        """
        one = self._destination(address, now)
        one.stopped_until = max(one.stopped_until, now + seconds)
        self._refusals.append((now, address))
        while self._refusals[0][0] < now - CROWD_WITHIN_S:
            self._refusals.popleft()
        if len({who for _, who in self._refusals}) >= CROWD_REFUSES:
            self.rest(seconds, now)

    def rest(self, seconds: float, now: float) -> None:
        """The channel as a whole is to be left alone."""
        self.stopped_until = max(self.stopped_until, now + seconds)

    def _destination(self, address: str, now: float) -> Destination:
        if (known := self._known.get(address)) is not None:
            return known
        if len(self._known) >= MOST_REMEMBERED:
            self._forget(now)
        room = self.pace.room if address.startswith(self.pace.room_prefix) else None
        found = self._known[address] = Destination(usage=Usage(room) if room else None)
        return found

    def _forget(self, now: float) -> None:
        """Those of whom nothing is left to account for."""
        self._known = {
            address: one
            for address, one in self._known.items()
            if one.flying
            or max(one.full_at, one.stopped_until) > now
            or not (one.usage is None or one.usage.is_idle(now))
        }


class Pacing:
    """The pacers of one process, by channel. `ticks` are seconds that only go forward."""

    def __init__(
        self, paces: Mapping[str, Pace] = PACES, ticks: Callable[[], float] = ticks
    ) -> None:
        self.paces = paces
        self.ticks = ticks
        self.spacing = {name: timedelta(seconds=pace.spacing_s) for name, pace in paces.items()}
        self._pacers: dict[str, Pacer] = {}

    def pacer(self, channel: str) -> Pacer:
        if channel not in self._pacers:
            self._pacers[channel] = Pacer(self.paces.get(channel, UNLIMITED))
        return self._pacers[channel]

    def widen(self, channel: str, window: Window | None) -> None:
        """Send as fast as `window` says, over all; None is the channel's own pace again."""
        pacer = self.pacer(channel)
        wanted = window or pacer.pace.overall
        if pacer.overall is not None and wanted is not None:
            pacer.overall.widen(wanted)
            self.spacing[channel] = timedelta(seconds=wanted.seconds / wanted.most)

    def count(self, channel: str, address: str, *, ago_s: float = 0.0) -> None:
        """Something was sent there that nobody asked us about, so long ago."""
        self.pacer(channel).count(address, self.ticks() - ago_s)
