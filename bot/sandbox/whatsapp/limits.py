"""How much Meta takes: 80 messages a second in all, and to one person one in six seconds.

These figures are Meta's own (Cloud API, throughput; error 131056): up to 45 may go to one person at
once, which are borrowed from what may go there later.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from bot.sandbox.whatsapp.errors import Refusal

THROUGHPUT, WITHIN_S = 80, 1.0
PAIR_GAP_S, PAIR_BURST = 6.0, 45


class Limits:
    """Kept to while `is_on`; `now` gives Unix seconds."""

    def __init__(self, now: Callable[[], float], is_on: Callable[[], bool]) -> None:
        self._now = now
        self._is_on = is_on
        self._passed: deque[float] = deque()
        self._full_at: dict[str, float] = {}

    def reset(self) -> None:
        """Everything so far is forgotten."""
        self._passed.clear()
        self._full_at.clear()

    def heard(self) -> None:
        """What people write counts too: the throughput is that of both directions."""
        if self._is_on():
            self._passed.append(self._now())

    def take(self, number: str) -> None:
        """One more message to that person. Raises Refusal."""
        if not self._is_on():
            return
        now = self._now()
        while self._passed and self._passed[0] <= now - WITHIN_S:
            self._passed.popleft()
        if len(self._passed) >= THROUGHPUT:
            raise Refusal(130429, f"more than {THROUGHPUT} messages a second")
        ahead = max(0.0, self._full_at.get(number, 0.0) - now)
        if ahead > (PAIR_BURST - 1) * PAIR_GAP_S:
            raise Refusal(131056, "too many messages to one person in a short time")
        self._passed.append(now)
        self._full_at[number] = now + ahead + PAIR_GAP_S
