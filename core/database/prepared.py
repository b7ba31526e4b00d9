"""Prepared: a statement that is asked all the time, built once and compiled once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

from sqlalchemy import ColumnElement, Connection, Select, TextClause
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase

from core.model import plainly

Row = tuple[Any, ...]
Convert = Callable[[Any], Any]
Bind = tuple[str | None, Convert | None, Any]


class InUnit(Protocol):
    """What the dialect of a unit's connection can do besides."""

    def straight(self, connection: Connection, sql: str, parameters: Any) -> Any: ...


class Prepared:
    """Over plain columns and with bound parameters; of an INSERT, `columns` are those that it is
    given, and none has a default of Python's. What a text returns comes as the driver has it.

    In a unit it goes straight to the driver: the way through SQLAlchemy takes longer than the
    driver does (docs/performance.md). It goes the usual way where somebody listens to what is
    executed.
    """

    def __init__(
        self, statement: Select[*tuple[Any, ...]] | UpdateBase | TextClause, *columns: str
    ) -> None:
        self._statement = statement
        self._columns = columns
        self._plans: dict[str, _Plan] = {}

    def rows(self, session: Session, parameters: Mapping[str, Any]) -> Sequence[Row]:
        connection = plainly(session)
        if _is_watched(connection):
            return cast("Sequence[Row]", connection.execute(self._statement, parameters).all())
        plan = self._plans.get(connection.dialect.name) or self._compile(connection)
        return plan.read(plan.execute(connection, parameters).fetchall())

    def first(self, session: Session, parameters: Mapping[str, Any]) -> Row | None:
        return next(iter(self.rows(session, parameters)), None)

    def scalar(self, session: Session, parameters: Mapping[str, Any]) -> Any:
        """The first column of the first row, or None."""
        found = self.first(session, parameters)
        return None if found is None else found[0]

    def run(self, session: Session, parameters: Mapping[str, Any]) -> int:
        """How many rows it changed."""
        connection = plainly(session)
        if _is_watched(connection):
            return connection.execute(self._statement, parameters).rowcount
        plan = self._plans.get(connection.dialect.name) or self._compile(connection)
        return int(plan.execute(connection, parameters).rowcount)

    def _compile(self, connection: Connection) -> _Plan:
        columns = list(self._columns) or None
        compiled = self._statement.compile(dialect=connection.dialect, column_keys=columns)
        assert isinstance(compiled, SQLCompiler)
        known = () if isinstance(self._statement, TextClause) else self._statement.exported_columns
        plan = _plan_of(compiled, known)
        self._plans[connection.dialect.name] = plan
        return plan


@dataclass(frozen=True, slots=True)
class _Plan:
    """`binds` are, for each placeholder, the parameter's name, or None for a fixed value; how it is
    converted; and that value. `names` are those of the placeholders, where they have any. `reads`
    are how the columns that need it are converted, by place.
    """

    sql: str
    binds: Sequence[Bind]
    names: Sequence[str] | None
    reads: Sequence[tuple[int, Convert]]

    def execute(self, connection: Connection, parameters: Mapping[str, Any]) -> Any:
        """The driver's cursor."""
        values = [
            fixed if name is None else convert(parameters[name]) if convert else parameters[name]
            for name, convert, fixed in self.binds
        ]
        given = values if self.names is None else dict(zip(self.names, values, strict=True))
        return cast("InUnit", connection.dialect).straight(connection, self.sql, given)

    def read(self, rows: Sequence[Row]) -> Sequence[Row]:
        if not self.reads:
            return rows
        return [self._read(list(row)) for row in rows]

    def _read(self, row: list[Any]) -> Row:
        for place, convert in self.reads:
            row[place] = convert(row[place])
        return tuple(row)


def _plan_of(compiled: SQLCompiler, columns: Iterable[ColumnElement[Any]]) -> _Plan:
    """Raises ValueError for a statement whose text depends on what it is given."""
    if compiled.post_compile_params or compiled.literal_execute_params:
        raise ValueError(f"this can't be compiled once: {compiled}")
    dialect = compiled.dialect
    binds: list[Bind] = []
    given = list(compiled.positiontup or ()) if compiled.positional else list(compiled.binds)
    for name in given:
        bind = compiled.binds[name]
        convert = bind.type.dialect_impl(dialect).bind_processor(dialect)
        if bind.required:
            binds.append((name, convert, None))
        else:
            value = bind.effective_value
            binds.append((None, None, convert(value) if convert else value))
    escaped = compiled.escaped_bind_names
    names = None if compiled.positional else [escaped.get(name, name) for name in given]
    kinds = [column.type.dialect_impl(dialect) for column in columns]
    converts = [kind.result_processor(dialect, None) for kind in kinds]
    reads = [(place, convert) for place, convert in enumerate(converts) if convert is not None]
    return _Plan(compiled.string, binds, names, reads)


def _is_watched(connection: Connection) -> bool:
    """Or is no connection of a unit."""
    if not getattr(connection.dialect, "in_unit", False):
        return True
    return bool(connection.dispatch.before_cursor_execute)
