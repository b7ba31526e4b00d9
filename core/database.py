"""Units of work: a plain function over a Session, run as one transaction, committed here."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session

from core.errors import CoreError, DatabaseUnavailable
from core.model import database_time
from core.wire import Wire

T = TypeVar("T")
Unit = Callable[[Session], T]

# PostgreSQL's serialization_failure and deadlock_detected: the whole unit may simply run again.
RETRYABLE_STATES = frozenset({"40001", "40P01"})
ATTEMPTS = 3
PATIENCE_S = 30.0
IDLE_LIMIT = "idle_in_transaction_session_timeout=5s"
# Connection lost, out of resources, shutting down or starting up, or locked out time and again.
POSTGRESQL_OUTAGES = ("08", "40", "53", "57")
SQLITE_OUTAGES = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
    }
)


class Database:
    """The one way to the data. `url` is any SQLAlchemy async URL for SQLite or PostgreSQL.

    A PostgreSQL that has not answered for `patience_s` seconds counts as away.
    """

    def __init__(
        self, url: str, *, busy_timeout_s: float = 5.0, patience_s: float = PATIENCE_S
    ) -> None:
        address, pooled = without_pool(make_url(url))
        self.engine = make_engine(
            address, busy_timeout_s=busy_timeout_s, patience_s=patience_s, pooled=pooled
        )
        self._listeners: list[Callable[[frozenset[str]], None]] = []
        sqlite = self.engine.dialect.name == "sqlite"
        self._wire = None if sqlite else Wire(address, self._announce)
        self._can_listen = not (sqlite or pooled)
        # SQLite has one writer: queueing here is fair, its busy handler is a lottery.
        self._writer = asyncio.Lock() if sqlite else None
        self._patience_s = 2 * busy_timeout_s
        # SQLite reads one snapshot anyway, PostgreSQL only when it is asked to.
        self._snapshot = {} if sqlite else {"isolation_level": "REPEATABLE READ"}

    def on_commit(self, listener: Callable[[frozenset[str]], None]) -> None:
        """Call `listener` after each commit with the topics that its unit announced."""
        self._listeners.append(listener)

    async def listen(self) -> None:
        """Hear what other processes announce, until cancelled; where that can't be, do nothing."""
        if self._wire is not None and self._can_listen:
            await self._wire.listen()

    async def write(self, unit: Unit[T]) -> T:
        """Run `unit` in one transaction and commit it; run it again after a serialisation failure.

        `unit` may run several times and must change nothing but its session.
        Raises DatabaseUnavailable; whatever else `unit` raises rolls back and passes through.
        """
        async with self._turn():
            for attempt in range(1, ATTEMPTS + 1):
                with contextlib.suppress(_RunAgain):
                    return await self._run(unit, write=True, last=attempt == ATTEMPTS)
        raise AssertionError("the last attempt returns or raises")

    async def read(self, unit: Unit[T]) -> T:
        """Run `unit` on one snapshot of the data and keep nothing. Raises DatabaseUnavailable."""
        for attempt in range(1, ATTEMPTS + 1):
            with contextlib.suppress(_RunAgain):
                return await self._run(unit, write=False, last=attempt == ATTEMPTS)
        raise AssertionError("the last attempt returns or raises")

    async def close(self) -> None:
        await self.engine.dispose()

    @contextlib.asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        if self._writer is None:
            yield
            return
        try:
            async with asyncio.timeout(self._patience_s):
                await self._writer.acquire()
        except TimeoutError as error:
            raise DatabaseUnavailable("too many writes wait before this one") from error
        try:
            yield
        finally:
            self._writer.release()

    async def _run(self, unit: Unit[T], *, write: bool, last: bool) -> T:
        committing = False
        try:
            async with AsyncSession(self.engine, expire_on_commit=False) as session:
                options = {"usher_write": write, **({} if write else self._snapshot)}
                await session.connection(execution_options=options)
                result = await session.run_sync(self._announcing(unit) if write else unit)
                committing = write
                if write:
                    await session.commit()
        except (DBAPIError, PoolTimeout, OSError) as error:
            if not last and _may_run_again(error, committing=committing):
                raise _RunAgain from error
            if _is_outage(error):
                raise DatabaseUnavailable(_reason(error)) from error
            raise
        if write:
            self._announce(frozenset(session.sync_session.info.get("topics", ())))
        return result

    def _announcing(self, unit: Unit[T]) -> Unit[T]:
        """The unit, which tells other processes too when it commits."""
        wire = self._wire
        if wire is None:
            return unit

        def announcing(session: Session) -> T:
            result = unit(session)
            if topics := session.info.get("topics"):
                wire.tell(session, frozenset(topics))
            return result

        return announcing

    def _announce(self, topics: frozenset[str]) -> None:
        if topics:
            for listener in self._listeners:
                listener(topics)


class _RunAgain(Exception):
    pass


def announce(session: Session, topic: str) -> None:
    """Tell the listeners of `Database.on_commit` about `topic`, if and when this unit commits."""
    session.info.setdefault("topics", set()).add(topic)


def attempt(session: Session, verb: Callable[[], T]) -> T:
    """Run `verb` so that a refusal undoes its changes but not the rest of the unit.

    A CoreError passes through after its aftermath was recorded.
    """
    try:
        with session.begin_nested():
            return verb()
    except CoreError as error:
        if error.aftermath is not None:
            error.aftermath(session)
        raise


def without_pool(url: URL) -> tuple[URL, bool]:
    """`?pgbouncer=true` says that a pool stands between, which lends a connection for each
    transaction: nothing prepared outlives one, and nothing can be listened to.
    """
    pooled = url.query.get("pgbouncer") == "true"
    return url.difference_update_query(["pgbouncer"]), pooled


def _connect_args(url: URL, *, patience_s: float, pooled: bool) -> dict[str, object]:
    if url.get_driver_name() != "psycopg":
        return {}
    from core.patient import patient

    # A unit never waits for anything outside: who is idle in one is frozen, and holds locks.
    by_kind = {"prepare_threshold": None} if pooled else {"options": f"-c {IDLE_LIMIT}"}
    return {**by_kind, "async_creator_fn": patient(patience_s)}


def make_engine(
    url: URL, *, busy_timeout_s: float, patience_s: float = PATIENCE_S, pooled: bool = False
) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_pre_ping=url.get_backend_name() != "sqlite",
        json_deserializer=_read_json,
        connect_args=_connect_args(url, patience_s=patience_s, pooled=pooled),
    )
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "connect", _prepare_sqlite(busy_timeout_s))
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _read_json(text: str | bytes) -> Any:
    """SQLite keeps any text as JSON. One corrupt row must not make its whole batch unreadable."""
    try:
        return json.loads(text)
    except ValueError:
        return {"corrupt": str(text)[:200]}


def _prepare_sqlite(busy_timeout_s: float) -> Callable[[Any, object], None]:
    def prepare(connection: Any, record: object) -> None:  # noqa: ARG001 - the event's signature
        connection.isolation_level = None  # BEGIN is ours: see _begin_sqlite
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {int(busy_timeout_s * 1000)}")
        # The file keeps this mode. Refused means that another process is just setting it.
        with contextlib.suppress(sqlite3.OperationalError):
            cursor.execute("PRAGMA journal_mode = WAL")
        # FULL: what was acknowledged outlives a power cut, which NORMAL does not promise in WAL.
        cursor.execute("PRAGMA synchronous = FULL")
        # What is deleted is overwritten: a handled update may have held an invite's token.
        cursor.execute("PRAGMA secure_delete = ON")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()
        # SQLite's own knows the letters of ASCII only.
        connection.create_function("lower", 1, _lower, deterministic=True)

    return prepare


def _lower(text: str | None) -> str | None:
    return None if text is None else text.lower()


def _begin_sqlite(connection: Connection) -> None:
    # A read that upgrades to a write fails at once with BUSY_SNAPSHOT, whatever the time-out.
    write = connection.get_execution_options().get("usher_write", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _may_run_again(error: Exception, *, committing: bool) -> bool:
    if getattr(getattr(error, "orig", None), "sqlstate", None) in RETRYABLE_STATES:
        return True
    # A connection that broke during COMMIT may have committed: only the inbox can tell.
    return isinstance(error, DBAPIError) and error.connection_invalidated and not committing


def _is_outage(error: Exception) -> bool:
    if isinstance(error, OSError | PoolTimeout):
        return True
    if not isinstance(error, DBAPIError):
        return False
    return error.connection_invalidated or _is_outage_of_driver(error.orig)


def _is_outage_of_driver(error: BaseException | None) -> bool:
    """Whether the server or the file is to blame, and not the statement that was sent to it."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None:
        return int(code) & 0xFF in SQLITE_OUTAGES  # the rest of an extended code is detail
    state = getattr(error, "sqlstate", None)
    if state is not None:
        return str(state).startswith(POSTGRESQL_OUTAGES)
    return any(kind.__name__ == "OperationalError" for kind in type(error).__mro__)


def _reason(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).strip() or type(error).__name__


@compiles(database_time, "sqlite")
def _sqlite_time(element: database_time, compiler: Any, **options: object) -> str:
    later = compiler.process(element.clauses, **options)
    return f"strftime('%Y-%m-%d %H:%M:%f000', 'now', '+' || ({later or 0}) || ' seconds')"


@compiles(database_time, "postgresql")
def _postgresql_time(element: database_time, compiler: Any, **options: object) -> str:
    later = compiler.process(element.clauses, **options)
    return f"clock_timestamp() + make_interval(secs => {later})" if later else "clock_timestamp()"
