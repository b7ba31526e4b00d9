"""Many rows as one parameter: a statement that is compiled once and runs once for all of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from core.model import plainly


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
        return list(plainly(session).execute(statement, {"rows": given}).scalars())


@cache
def _build(sql: str, columns: tuple[tuple[str, str], ...], *, sqlite: bool) -> TextClause:
    return text(sql.format(rows=_table(columns, sqlite=sqlite)))


def _table(columns: tuple[tuple[str, str], ...], *, sqlite: bool) -> str:
    if sqlite:
        picks = (f"json_extract(value, '$[{n}]') AS {name}" for n, (name, _) in enumerate(columns))
        return f"(SELECT {', '.join(picks)} FROM json_each(:rows))"  # noqa: S608 - names of ours
    picks = (f"CAST(value ->> {n} AS {kind}) AS {name}" for n, (name, kind) in enumerate(columns))
    given = "jsonb_array_elements(CAST(:rows AS jsonb))"
    return f"(SELECT {', '.join(picks)} FROM {given} AS given(value))"  # noqa: S608


def _sqlite_time(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
