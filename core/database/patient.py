"""A connection to PostgreSQL that gives up waiting: who holds one end of it may be gone."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable
from typing import Any

import psycopg

# libpq takes no less than two seconds.
LEAST_CONNECT_S, CONNECT_S = 2, 10


class PatientConnection(psycopg.AsyncConnection[Any]):
    """Cut when an answer takes longer than `patience_s` seconds; None waits for ever.

    The wait then ends as with any lost connection, so the pool throws it away and makes another.

    A time-out around the wait would not do: psycopg first waits for the server to cancel.
    """

    patience_s: float | None = None

    async def wait(self, *args: Any, **kwargs: Any) -> Any:
        if self.patience_s is None:
            return await super().wait(*args, **kwargs)
        cut = asyncio.get_running_loop().call_later(self.patience_s, self._cut)
        try:
            return await super().wait(*args, **kwargs)
        finally:
            cut.cancel()

    def _cut(self) -> None:
        if not self.closed:
            with socket.socket(fileno=os.dup(self.fileno())) as line:
                line.shutdown(socket.SHUT_RDWR)


def patient(patience_s: float) -> Callable[..., Any]:
    """What connects, for SQLAlchemy."""
    connect_s = max(LEAST_CONNECT_S, min(CONNECT_S, int(patience_s)))

    async def connect(*args: Any, **kwargs: Any) -> PatientConnection:
        made = await PatientConnection.connect(*args, connect_timeout=connect_s, **kwargs)
        made.patience_s = patience_s
        return made

    return connect
