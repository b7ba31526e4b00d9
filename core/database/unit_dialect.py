"""SQLite as a unit has it: in the thread of its connection, with as little between as can be."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Connection
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import DBAPIError


class UnitConnection(sqlite3.Connection):
    """`writes`: whether its transactions begin as writes."""

    writes = True


class UnitDialect(SQLiteDialect_pysqlite):
    """BEGIN and SAVEPOINT straight to the driver: as statements of SQLAlchemy they cost six times
    as much, as an event they slow down every statement, and each unit needs two or three.
    """

    supports_statement_cache = True
    in_unit = True

    def straight(
        self, connection: Connection, sql: str, parameters: Sequence[Any] = ()
    ) -> sqlite3.Cursor:
        """To the driver of a unit's connection. Raises DBAPIError, as SQLAlchemy does."""
        raw = cast("sqlite3.Connection", connection.connection.dbapi_connection)
        try:
            return raw.execute(sql, parameters)
        except sqlite3.Error as error:
            raise DBAPIError.instance(sql, tuple(parameters), error, sqlite3.Error) from error

    def do_begin(self, dbapi_connection: Any) -> None:
        # A read that upgrades to a write fails at once with BUSY_SNAPSHOT, whatever the time-out.
        dbapi_connection.execute("BEGIN IMMEDIATE" if dbapi_connection.writes else "BEGIN")

    def do_savepoint(self, connection: Connection, name: str) -> None:
        self.straight(connection, f"SAVEPOINT {name}")

    def do_rollback_to_savepoint(self, connection: Connection, name: str) -> None:
        self.straight(connection, f"ROLLBACK TO {name}")

    def do_release_savepoint(self, connection: Connection, name: str) -> None:
        self.straight(connection, f"RELEASE {name}")


IN_UNIT = "sqlite+unit"
registry.register(IN_UNIT.replace("+", "."), __name__, UnitDialect.__name__)
