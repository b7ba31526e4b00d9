"""Which answers this process owes: those under way, and those not yet forgotten."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field


@dataclass(slots=True)
class Answering:
    """Ids of inbox rows. `woken` is set when there is something to forget."""

    under_way: set[int] = field(default_factory=set)
    said: set[int] = field(default_factory=set)
    woken: asyncio.Event = field(default_factory=asyncio.Event)

    def mine(self) -> set[int]:
        """What no other may say."""
        return self.under_way | self.said

    def settle(self, row_id: int) -> None:
        """Nothing more is to be said to it."""
        self.said.add(row_id)
        self.woken.set()
