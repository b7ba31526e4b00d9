"""Many rows as one parameter: a statement that is compiled once and runs once for all of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, String, bindparam, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import FunctionElement

from core.database.prepared import Prepared


class Batch:
    """A statement in which `{rows}` stands for a table with these columns and types."""

    def __init__(self, sql: str, columns: Mapping[str, str]) -> None:
        self._sql = sql
        self._columns = columns

    def run(self, session: Session, rows: Iterable[Sequence[object]]) -> list[int]:
        """The ids that the statement returned. Times in `rows` are aware."""
        sqlite = session.get_bind().dialect.name == "sqlite"
        spell = _sqlite_time if sqlite else datetime.isoformat
        statement = _build(self._sql, tuple(self._columns.items()), sqlite=sqlite)
        given = json.dumps(list(rows), default=spell)
        return [row[0] for row in statement.rows(session, {"rows": given})]


def is_listed(column: SQLColumnExpression[int], name: str) -> ColumnElement[bool]:
    """That the number is in a list which is given as JSON, in the one parameter of that name. A
    list of parameters would have to be written out anew for each length.
    """
    within = column.op("IN", is_comparison=True)
    return within(listed(bindparam(name, type_=String)))


class listed(FunctionElement[int]):  # noqa: N801 - reads as the SQL function it is
    inherit_cache = True


@compiles(listed, "sqlite")
def _listed_on_sqlite(element: listed, compiler: Any, **options: object) -> str:
    given = compiler.process(element.clauses, **options)
    return f"(SELECT value FROM json_each({given}))"  # noqa: S608 - a bound parameter


@compiles(listed, "postgresql")
def _listed_on_postgresql(element: listed, compiler: Any, **options: object) -> str:
    given = compiler.process(element.clauses, **options)
    numbers = f"jsonb_array_elements_text(CAST({given} AS jsonb))"
    return f"(SELECT CAST(number AS bigint) FROM {numbers} AS number)"  # noqa: S608


@cache
def _build(sql: str, columns: tuple[tuple[str, str], ...], *, sqlite: bool) -> Prepared:
    return Prepared(text(sql.format(rows=_table(columns, sqlite=sqlite))))


def _table(columns: tuple[tuple[str, str], ...], *, sqlite: bool) -> str:
    if sqlite:
        picks = (f"json_extract(value, '$[{n}]') AS {name}" for n, (name, _) in enumerate(columns))
        return f"(SELECT {', '.join(picks)} FROM json_each(:rows))"  # noqa: S608 - names of ours
    picks = (f"CAST(value ->> {n} AS {kind}) AS {name}" for n, (name, kind) in enumerate(columns))
    given = "jsonb_array_elements(CAST(:rows AS jsonb))"
    return f"(SELECT {', '.join(picks)} FROM {given} AS given(value))"  # noqa: S608


def _sqlite_time(moment: datetime) -> str:
    utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return utc.isoformat(" ", "microseconds")[: -len("+00:00")]
