"""A connection to PostgreSQL that tells others how long it has waited, and may be cut by them."""

from __future__ import annotations

import os
import select
import socket
import time
from contextlib import suppress
from functools import cached_property
from typing import Any

import psycopg
from psycopg import IsolationLevel
from psycopg.pq import ExecStatus, TransactionStatus

CANCEL_S = 5.0


class PatientConnection(psycopg.Connection[Any]):
    """`waits_since` is the monotonic time at which it began to wait for an answer.

    `parting` is sent with the next COMMIT, as one message: statements that return nothing. `left`
    is a savepoint that is over and not released yet. `hot` is for statements that are read at once.
    """

    waits_since: float | None = None
    parting: str = ""
    left: str = ""

    @cached_property
    def hot(self) -> psycopg.Cursor[Any]:
        return self.cursor()

    def wait(self, *args: Any, **kwargs: Any) -> Any:
        self.waits_since = time.monotonic()
        try:
            return super().wait(*args, **kwargs)
        finally:
            self.waits_since = None

    def commit(self) -> None:
        parting, self.parting = self.parting, ""
        if parting:
            # Unprepared and without parameters, several statements may go in one message.
            self.hot.execute(f"{parting}; COMMIT".encode(), prepare=False)
        else:
            super().commit()

    def rollback(self) -> None:
        if self.pgconn.transaction_status in (TransactionStatus.INTRANS, TransactionStatus.INERROR):
            self.undo("ROLLBACK")
        else:
            super().rollback()

    def undo(self, command: str) -> None:
        """ROLLBACK, or ROLLBACK TO. psycopg would forget all that is prepared, for a table may have
        been made or dropped; units do neither, and to plan anew takes longer than to run.
        """
        self.waits_since = time.monotonic()
        try:
            result = self.pgconn.exec_(command.encode())
        finally:
            self.waits_since = None
        if result.status != ExecStatus.COMMAND_OK:
            raise psycopg.errors.error_from_result(result)

    def is_fresh(self) -> bool:
        """Whether it stands between two transactions, and nothing came that nobody had asked for:
        the server's farewell, as a rule.
        """
        if self.closed or self.pgconn.transaction_status != TransactionStatus.IDLE:
            return False
        came = select.poll()
        came.register(self.fileno(), select.POLLIN)
        return not came.poll(0)

    def begin(self, *, snapshot: bool) -> None:
        """Before each transaction: whether it sees one moment only."""
        self.parting, self.left = "", ""
        level = IsolationLevel.REPEATABLE_READ if snapshot else None
        if self.isolation_level is not level:
            self.isolation_level = level

    def cut(self) -> None:
        """Whoever waits for an answer here finds the connection lost. From any thread."""
        with (
            suppress(OSError, psycopg.Error),
            socket.socket(fileno=os.dup(self.fileno())) as line,
        ):
            line.shutdown(socket.SHUT_RDWR)

    def abandon(self) -> None:
        """Have the server break off what it does, and cut it. From any thread; it takes seconds."""
        with suppress(OSError, psycopg.Error):
            self.cancel_safe(timeout=CANCEL_S)
        self.cut()


def open_connection(*args: Any, **options: Any) -> PatientConnection:
    """For SQLAlchemy."""
    return PatientConnection.connect(*args, **options)
