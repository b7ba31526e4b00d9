"""Which errors of a database mean that it is away, or that a unit may simply run again."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

# PostgreSQL's serialization_failure and deadlock_detected: the whole unit may simply run again.
RETRYABLE_STATES = frozenset({"40001", "40P01"})
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
# What running a unit may raise that is for `is_outage` to judge.
TROUBLE = (DBAPIError, PoolTimeout, OSError, sqlite3.Error)


def may_run_again(error: Exception, *, committing: bool) -> bool:
    if getattr(getattr(error, "orig", None), "sqlstate", None) in RETRYABLE_STATES:
        return True
    # A connection that broke during COMMIT may have committed: only the inbox can tell.
    return isinstance(error, DBAPIError) and error.connection_invalidated and not committing


def is_outage(error: BaseException) -> bool:
    if isinstance(error, OSError | PoolTimeout):
        return True
    if not isinstance(error, DBAPIError):
        return isinstance(error, sqlite3.Error) and _is_outage_of_driver(error)
    return error.connection_invalidated or _is_outage_of_driver(error.orig)


def reason_of(error: BaseException) -> str:
    return str(getattr(error, "orig", None) or error).strip() or type(error).__name__


def _is_outage_of_driver(error: BaseException | None) -> bool:
    """Whether the server or the file is to blame, and not the statement that was sent to it."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None:
        return int(code) & 0xFF in SQLITE_OUTAGES  # the rest of an extended code is detail
    state = getattr(error, "sqlstate", None)
    if state is not None:
        return str(state).startswith(POSTGRESQL_OUTAGES)
    return any(kind.__name__ == "OperationalError" for kind in type(error).__mro__)
