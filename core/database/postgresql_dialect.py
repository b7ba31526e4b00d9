"""PostgreSQL as a unit has it: what is asked all the time goes straight to psycopg."""

from __future__ import annotations

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
        try:
            return raw.hot.execute(sql, parameters, prepare=prepare)
        except psycopg.Error as error:
            if raw.closed:
                connection.invalidate(error)
            raise DBAPIError.instance(
                *(sql, parameters, error, psycopg.Error),
                connection_invalidated=bool(raw.closed),
                dialect=self,
            ) from error

    def do_savepoint(self, connection: Connection, name: str) -> None:
        raw = cast("PatientConnection", connection.connection.dbapi_connection)
        before = f"RELEASE {raw.left}; " if raw.left else ""
        self.straight(connection, f"{before}SAVEPOINT {name}", prepare=False)
        raw.left = ""

    def do_rollback_to_savepoint(self, connection: Connection, name: str) -> None:
        raw = cast("PatientConnection", connection.connection.dbapi_connection)
        self.straight(connection, f"ROLLBACK TO {name}", prepare=False)
        raw.left = ""

    def do_release_savepoint(self, connection: Connection, name: str) -> None:
        raw = cast("PatientConnection", connection.connection.dbapi_connection)
        raw.left = name


IN_UNIT = "postgresql+unit"
registry.register(IN_UNIT.replace("+", "."), __name__, PostgresqlUnitDialect.__name__)
