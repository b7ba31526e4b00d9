"""SQLAlchemy's engines as both databases need them."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    NullPool,
    create_engine,
    event,
)
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.ext.compiler import compiles

from core.database.unit_dialect import IN_UNIT, UnitConnection
from core.model import database_time

IDLE_LIMIT = "idle_in_transaction_session_timeout=5s"
# libpq takes no less than two seconds.
LEAST_CONNECT_S, CONNECT_S = 2, 10


def without_pool(url: URL) -> tuple[URL, bool]:
    """`?pgbouncer=true` says that a pool stands between, which lends a connection for each
    transaction: nothing prepared outlives one, and nothing can be listened to.
    """
    pooled = url.query.get("pgbouncer") == "true"
    return url.difference_update_query(["pgbouncer"]), pooled


def postgresql_engine(url: URL, *, patience_s: float, pooled: bool) -> AsyncEngine:
    """For migrations, which may wait for as long as an index takes."""
    return create_async_engine(
        url,
        poolclass=NullPool,
        json_deserializer=_read_json,
        connect_args=_connect_args(url, patience_s=patience_s, pooled=pooled),
    )


def postgresql_engine_in_thread(url: URL, *, patience_s: float, pooled: bool) -> Engine:
    """For units. Who connects keeps the connection, a `PatientConnection`."""
    from core.database import postgresql_dialect
    from core.database.patient import open_connection

    engine = create_engine(
        url.set(drivername=postgresql_dialect.IN_UNIT),
        poolclass=NullPool,
        pool_reset_on_return=None,
        json_deserializer=_read_json,
        connect_args=_connect_args(url, patience_s=patience_s, pooled=pooled),
    )
    event.listen(
        engine, "do_connect", lambda _, __, args, options: open_connection(*args, **options)
    )
    return engine


def sqlite_engine(
    url: URL, *, busy_timeout_s: float, factory: type[sqlite3.Connection] = sqlite3.Connection
) -> AsyncEngine:
    """By aiosqlite. Who connects keeps the connection; `factory` makes it in its thread."""
    engine = create_async_engine(
        url, poolclass=NullPool, json_deserializer=_read_json, connect_args={"factory": factory}
    )
    event.listen(engine.sync_engine, "connect", prepare_sqlite(busy_timeout_s))
    event.listen(engine.sync_engine, "begin", begin_sqlite)
    return engine


def engine_in_thread(connect: Callable[[], UnitConnection]) -> Engine:
    """For units, which run in the thread of their connection: `connect` finds it there."""
    return create_engine(
        f"{IN_UNIT}://", creator=connect, poolclass=NullPool, json_deserializer=_read_json
    )


def _connect_args(url: URL, *, patience_s: float, pooled: bool) -> dict[str, object]:
    if url.get_driver_name() != "psycopg":
        return {}
    connect_s = max(LEAST_CONNECT_S, min(CONNECT_S, int(patience_s)))
    # A unit never waits for anything outside: who is idle in one is frozen, and holds locks.
    by_kind = {"prepare_threshold": None} if pooled else {"options": f"-c {IDLE_LIMIT}"}
    return {**by_kind, "connect_timeout": connect_s}


def _read_json(text: str | bytes) -> Any:
    """SQLite keeps any text as JSON. One corrupt row must not make its whole batch unreadable."""
    try:
        return json.loads(text)
    except ValueError:
        return {"corrupt": str(text)[:200]}


def prepare_sqlite(busy_timeout_s: float) -> Callable[[Any, object], None]:
    """What makes a new connection keep what it acknowledges, and wait no longer than that."""

    def prepare(connection: Any, record: object) -> None:  # noqa: ARG001 - the event's signature
        connection.isolation_level = None  # BEGIN is ours: begin_sqlite's, or UnitDialect's
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


def begin_sqlite(connection: Connection) -> None:
    """BEGIN as a write: who connects without a unit may do anything."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


@compiles(database_time, "sqlite")
def _sqlite_time(element: database_time, compiler: Any, **options: object) -> str:
    later = compiler.process(element.clauses, **options)
    return f"strftime('%Y-%m-%d %H:%M:%f000', 'now', '+' || ({later or 0}) || ' seconds')"


@compiles(database_time, "postgresql")
def _postgresql_time(element: database_time, compiler: Any, **options: object) -> str:
    later = compiler.process(element.clauses, **options)
    return f"clock_timestamp() + make_interval(secs => {later})" if later else "clock_timestamp()"
