"""Clients that send ready-made requests as fast as they are answered, in a process of their own."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field

# Whoever is not answered by then waits in vain.
PATIENCE_S = 120.0


@dataclass(slots=True)
class Taken:
    """How long it took in all, in seconds, and each request; and what was answered."""

    seconds: float = 0.0
    latencies_ms: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def errors(self) -> int:
        """How many were not answered 200."""
        return self.statuses.total() - self.statuses[200]

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.latencies_ms) / self.seconds


def load(port: int, requests: Sequence[bytes], clients: int) -> Taken:
    """Send all of them, over as many connections as there are clients. Raises TimeoutError."""
    return asyncio.run(_load(port, requests, clients))


async def _load(port: int, requests: Sequence[bytes], clients: int) -> Taken:
    taken, waiting = Taken(), deque(requests)
    begun = time.perf_counter()
    async with asyncio.timeout(PATIENCE_S):
        await asyncio.gather(*(_client(port, waiting, taken) for _ in range(clients)))
    taken.seconds = time.perf_counter() - begun
    return taken


async def _client(port: int, waiting: deque[bytes], taken: Taken) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        while waiting:
            begun = time.perf_counter()
            writer.write(waiting.popleft())
            status = await _answer(reader)
            taken.latencies_ms.append((time.perf_counter() - begun) * 1000)
            taken.statuses[status] += 1
    finally:
        writer.close()


async def _answer(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    _, _, rest = head.lower().partition(b"content-length:")
    await reader.readexactly(int(rest.partition(b"\r\n")[0]))
    return int(head.split(b" ", 2)[1])
