"""Work: a unit that waits, runs and is over; and those that SQLite commits together."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Sequence
from contextlib import suppress
from contextvars import Context
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar, cast

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.database.outages import is_outage, reason_of
from core.database.units import Topics, Unit, topics_of
from core.errors import DatabaseUnavailable

T = TypeVar("T")

SAVEPOINT: Literal["create_savepoint"] = "create_savepoint"

# Nobody's commit waits longer for the units of others, unless a single one takes longer.
GROUP_S = 0.05


class Dropped(Exception):
    """Nobody waits for the unit any more, so nothing of it is kept."""


@dataclass(slots=True, eq=False)
class Work:
    """`over` is for who waits: done when the unit's outcome is certain. Without `keep` it only
    reads. From the moment that it is `committing`, it can't be undone any more.
    """

    unit: Unit[Any]
    over: asyncio.Future[None]
    context: Context
    alone: bool = False
    keep: bool = True
    committing: bool = False
    result: Any = None
    error: BaseException | None = None
    topics: Topics = field(default_factory=frozenset)

    def run(self, connection: Connection) -> None:
        """In a savepoint of its own where a transaction is under way, otherwise in its own."""
        session = Session(bind=connection, expire_on_commit=False, join_transaction_mode=SAVEPOINT)
        try:
            self.error = None
            self.result = self.context.run(self.unit, session)
            if self.keep:
                self._commit(session)
        except BaseException as error:
            self.fail(error)
        finally:
            with suppress(DBAPIError):  # nothing to go back to: see `in_transaction`
                session.close()

    def _commit(self, session: Session) -> None:
        self.committing = True  # before the question, for who leaves asks in the other order
        if self.over.cancelled():
            raise Dropped
        session.commit()
        self.topics = topics_of(session)

    def fail(self, error: BaseException) -> None:
        self.result, self.topics = None, frozenset()
        self.error = error

    def settle(self) -> None:
        if not self.over.done():
            self.over.set_result(None)

    def outcome(self) -> Any:
        """Raises DatabaseUnavailable, or whatever the unit raised."""
        if self.error is None:
            return self.result
        if is_outage(self.error):
            raise DatabaseUnavailable(reason_of(self.error)) from self.error
        raise self.error


def run_together(connection: Connection, works: Sequence[Work]) -> Sequence[Work]:
    """In one transaction, and so with one sync to the disk. Those that are over, which may be
    only some: the rest run later. Who raises undoes its own changes alone.
    """
    over: list[Work] = []
    try:
        if len(works) == 1:
            works[0].run(connection)
            return works
        with connection.begin():
            return _run(connection, works, over)
    except Exception as error:
        # Nothing is kept, and even a refusal may have been for what was never kept.
        for work in over or works:
            work.fail(error)
        return over or works
    finally:
        rewind(connection)


def _run(connection: Connection, works: Sequence[Work], over: list[Work]) -> list[Work]:
    until = time.monotonic() + GROUP_S
    for work in works:
        work.run(connection)
        if not in_transaction(connection):
            return [work]  # it cost all of them the transaction: the others run again without it
        over.append(work)
        if time.monotonic() > until:
            break
    return over


def read(connection: Connection, unit: Unit[T], context: Context) -> T:
    try:
        with Session(bind=connection) as session:
            return context.run(unit, session)
    finally:
        rewind(connection)


def in_transaction(connection: Connection) -> bool:
    """By SQLite's own account: an error such as a full disk may have ended it."""
    return cast("sqlite3.Connection", connection.connection.dbapi_connection).in_transaction


def rewind(connection: Connection) -> None:
    """Whatever has gone wrong, the next unit begins at the beginning."""
    if transaction := connection.get_transaction():
        transaction.close()
    if in_transaction(connection):
        connection.connection.rollback()
