"""PostgreSQL as a unit has it: what is asked all the time goes straight to psycopg."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import psycopg
from sqlalchemy import Connection
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import DBAPIError

from core.database.patient import PatientConnection


class PostgresqlUnitDialect(PGDialect_psycopg):
    """A savepoint that is over is released with the next, in one message, or not at all: the
    COMMIT does it too. Their names are always new, so none is worth preparing.
    """

    supports_statement_cache = True
    in_unit = True

    def straight(
        self,
        connection: Connection,
        sql: str,
        parameters: Any = None,
        *,
        prepare: bool | None = None,
    ) -> psycopg.Cursor[Any]:
        """To the driver of a unit's connection. Raises DBAPIError, as SQLAlchemy does."""
        raw = cast("PatientConnection", connection.connection.dbapi_connection)
        with self._telling(connection, sql, parameters):
            return raw.hot.execute(sql, parameters, prepare=prepare)

    @contextmanager
    def _telling(self, connection: Connection, sql: str, parameters: Any = None) -> Iterator[None]:
        """Psycopg's errors as SQLAlchemy tells them."""
        try:
            yield
        except psycopg.Error as error:
            raw = cast("PatientConnection", connection.connection.dbapi_connection)
            if lost := bool(raw.closed):
                connection.invalidate(error)
            raise DBAPIError.instance(
                *(sql, parameters, error, psycopg.Error),
                connection_invalidated=lost,
                dialect=self,
            ) from error

    def do_savepoint(self, connection: Connection, name: str) -> None:
        raw = cast("PatientConnection", connection.connection.dbapi_connection)
        before = f"RELEASE {raw.left}; " if raw.left else ""
        self.straight(connection, f"{before}SAVEPOINT {name}", prepare=False)
        raw.left = ""

    def do_rollback_to_savepoint(self, connection: Connection, name: str) -> None:
        raw = cast("PatientConnection", connection.connection.dbapi_connection)
        with self._telling(connection, f"ROLLBACK TO {name}"):
            raw.undo(f"ROLLBACK TO {name}")
        raw.left = ""

    def do_release_savepoint(self, connection: Connection, name: str) -> None:
        raw = cast("PatientConnection", connection.connection.dbapi_connection)
        raw.left = name


IN_UNIT = "postgresql+unit"
registry.register(IN_UNIT.replace("+", "."), __name__, PostgresqlUnitDialect.__name__)
