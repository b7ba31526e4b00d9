"""How much Telegram takes: 30 a second, 1 a second to a chat, 20 a minute to a group.

These figures are Telegram's guidance (core.telegram.org/bots/faq); real limits are unpublished.
"""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

OVERALL = (30, 1.0)
# With `allow_paid_broadcast`, a tenth of a Star for each message beyond the free ones.
PAID = (1000, 1.0)
GROUP = (20, 60.0)
# Short bursts to one chat pass: three at once, then one a second.
BURST = 3


@dataclass
class Purse:
    """The bot's Stars, in tenths."""

    tenths: int = 0


class Limits:
    """Off until switched on; `now` gives Unix seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.enabled = False
        self._now = now
        self._windows: dict[str, deque[float]] = {}
        self._full_at: dict[int, float] = {}

    def switch(self, *, enabled: bool) -> None:
        """On or off; either way everything sent so far is forgotten."""
        self.enabled = enabled
        self._windows.clear()
        self._full_at.clear()

    def refuse_for(self, chat_id: int, purse: Purse | None = None) -> int | None:
        """Seconds to wait, at least 1; None when a message to this chat may pass and is counted.
        What is in `purse` buys more than the free messages.
        """
        if not self.enabled:
            return None
        group = [(f"group {chat_id}", *GROUP)] if chat_id < 0 else []
        pays = purse is not None and purse.tenths > 0
        windows = [("overall", *(PAID if pays else OVERALL)), *group]
        wait = max(self._window_wait(*one) for one in windows)
        wait = max(wait, self._chat_wait(chat_id))
        if wait > 0:
            return max(1, math.ceil(wait))
        self._count(chat_id, [name for name, _, _ in windows])
        if purse is not None and len(self._windows["overall"]) > OVERALL[0]:
            purse.tenths -= 1
        return None

    def _window_wait(self, name: str, most: int, seconds: float) -> float:
        sent = self._windows.setdefault(name, deque())
        while sent and sent[0] <= self._now() - seconds:
            sent.popleft()
        return sent[0] + seconds - self._now() if len(sent) >= most else 0.0

    def _chat_wait(self, chat_id: int) -> float:
        ahead = self._full_at.get(chat_id, 0.0) - self._now()
        return max(0.0, ahead - (BURST - 1))

    def _count(self, chat_id: int, names: list[str]) -> None:
        for name in names:
            self._windows[name].append(self._now())
        self._full_at[chat_id] = max(self._full_at.get(chat_id, 0.0), self._now()) + 1.0
