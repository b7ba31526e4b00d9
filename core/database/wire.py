"""Wire: what one process announces, heard by the others; PostgreSQL's LISTEN and NOTIFY."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from typing import Any

import structlog
from sqlalchemy.engine import URL
from sqlalchemy.orm import Session

CHANNEL = "usher"
PAUSE_S = 2.0
# What may have been announced before we listened.
EVERYTHING = frozenset({"inbox", "outbox"})

log = structlog.get_logger(__name__)


class Wire:
    """`heard` is called with the topics that other processes announced. The interval of whoever
    waits is the safety net: without a wire, all is only later.
    """

    def __init__(self, url: URL, heard: Callable[[frozenset[str]], None]) -> None:
        self._address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._heard = heard
        self._me = secrets.token_hex(8)
        self._lost = False

    def tell(self, session: Session, topics: frozenset[str]) -> None:
        """Announce them, if and when this transaction commits, in the message that commits it."""
        said = f"{self._me} {' '.join(sorted(topics))}"
        link: Any = session.connection().connection.driver_connection
        link.parting = f"NOTIFY {CHANNEL}, '{said}'"

    async def listen(self) -> None:
        """Until cancelled. It needs a connection of its own to the server itself, not to a pool
        that lends one for each transaction.
        """
        import psycopg

        while True:
            try:
                link = await psycopg.AsyncConnection.connect(self._address, autocommit=True)
                async with link:
                    await link.execute(f"LISTEN {CHANNEL}")
                    self._lost = False
                    self._heard(EVERYTHING)
                    async for said in link.notifies():
                        self._hear(said.payload)
            except (psycopg.Error, OSError) as error:
                if not self._lost:
                    log.warning("the database announces nothing", reason=type(error).__name__)
                self._lost = True
            await asyncio.sleep(PAUSE_S)

    def _hear(self, payload: str) -> None:
        sender, *topics = payload.split()
        if sender != self._me:
            self._heard(frozenset(topics))
