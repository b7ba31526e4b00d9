"""Link: a connection to PostgreSQL and its thread, in which a whole unit of work runs."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, cast

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from core.database.outages import may_run_again
from core.database.strand import Errand, Strand
from core.database.works import Work

if TYPE_CHECKING:  # psycopg is an extra
    from core.database.patient import PatientConnection

ATTEMPTS = 3
# Whoever was in the way gets through first: at once, both would lock each other out again.
PAUSE_S = 0.05


@dataclass(slots=True)
class Road:
    """What the links of one database share. `breaks` counts the connections that were lost: those
    that were open then are not trusted any more. Whoever waits for `patience_s` seconds is cut off.
    """

    engine: Engine
    patience_s: float
    breaks: int = 0


class Link:
    """One unit at a time. Its connection is opened when it is first needed, and anew when lost."""

    def __init__(self, road: Road) -> None:
        self._road = road
        self._strand = Strand("usher-postgresql")
        self._connection: Connection | None = None
        self._raw: PatientConnection | None = None
        self._breaks = 0
        self._watch: asyncio.TimerHandle | None = None
        self._busy = False

    def begin(self, work: Work, then: Errand) -> None:
        """`then` is called in the loop when `work` has its outcome. Raises RuntimeError when there
        is no thread for it.
        """
        self._strand.do(partial(self._work, work), partial(self._end, then))
        self._busy = True
        if self._watch is None:
            self._watch = self._look_in(self._road.patience_s)

    def _end(self, then: Errand) -> None:
        self._busy = False
        then()

    async def stop(self, work: Work) -> None:
        """Break `work` off unless its commit has begun, and wait for its end."""
        if self._raw is not None and not work.committing:
            await asyncio.to_thread(self._raw.abandon)
        await self._done(self._leave)

    async def close(self) -> None:
        """After what was begun. It may be used again, with another connection."""
        await self._done(self._leave)
        self._strand.end()
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None

    async def _done(self, errand: Errand) -> None:
        over = asyncio.Event()
        self._strand.do(errand, over.set)
        await over.wait()

    def _look_in(self, pause_s: float) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(pause_s, self._look)

    def _look(self) -> None:
        """Goes on for as long as a unit runs."""
        self._watch = None
        if not self._busy:
            return
        left_s = self._road.patience_s
        if self._raw is not None and (since := self._raw.waits_since) is not None:
            left_s += since - time.monotonic()
            if left_s <= 0:
                self._raw.cut()
                left_s = self._road.patience_s
        self._watch = self._look_in(left_s)

    def _work(self, work: Work) -> None:
        for left in reversed(range(ATTEMPTS)):
            self._try(work)
            error = work.error
            if not isinstance(error, Exception) or work.over.cancelled() or not left:
                return
            if not may_run_again(error, committing=work.committing):
                return
            time.sleep(PAUSE_S)  # in the thread of this connection, which holds up no loop

    def _try(self, work: Work) -> None:
        work.committing = False
        try:
            connection = self._ready(snapshot=not work.keep)
        except Exception as error:
            work.fail(error)
            return
        work.run(connection)
        if isinstance(work.error, DBAPIError) and work.error.connection_invalidated:
            self._road.breaks += 1
            self._leave()
        elif connection.get_transaction() is not None:  # a refused COMMIT leaves it in pieces
            self._leave()

    def _ready(self, *, snapshot: bool) -> Connection:
        trusted = self._breaks == self._road.breaks
        if self._raw is None or not trusted or not self._raw.is_fresh():
            self._leave()
            self._breaks = self._road.breaks
            self._connection = self._road.engine.connect()
            driver = self._connection.connection.driver_connection
            self._raw = cast("PatientConnection", driver)
        assert self._connection is not None
        self._raw.begin(snapshot=snapshot)
        return self._connection

    def _leave(self) -> None:
        left, self._connection, self._raw = self._connection, None, None
        if left is not None:
            left.invalidate()  # whatever state it is in: nobody asks the server any more
            left.close()
