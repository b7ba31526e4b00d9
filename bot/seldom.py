"""Seldom: says the same thing once a minute, however often it happens, and then how often."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable

EVERY_S = 60.0
MOST_KEYS = 1000


class Seldom:
    """A flood of the same trouble is one line in the log, not the flood a second time."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last: dict[Hashable, float] = {}
        self._kept_back: dict[Hashable, int] = {}

    def times(self, key: Hashable) -> int:
        """How often this happened since it was last said, this time included; 0: say nothing."""
        count, now = self._kept_back.get(key, 0) + 1, self._clock()
        if now - self._last.get(key, -EVERY_S) < EVERY_S:
            self._kept_back[key] = count
            return 0
        if len(self._last) >= MOST_KEYS:
            self._last.clear()
            self._kept_back.clear()
        self._last[key] = now
        self._kept_back[key] = 0
        return count
