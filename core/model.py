"""What every mapped class shares: the declarative base, column types and the portable upsert."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Annotated, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    DateTime,
    Delete,
    Dialect,
    Enum,
    Integer,
    MetaData,
    String,
    TextClause,
    Update,
    func,
    select,
    union_all,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session, mapped_column
from sqlalchemy.sql.dml import ReturningInsert
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time. SQLite keeps no zone, so it is taken off and put back here.

    Raises ValueError for a naive time: a zone that was guessed is a bug.
    """

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(DateTime(timezone=dialect.name != "sqlite"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone: {value!r}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


BIG_ID = BigInteger().with_variant(Integer, "sqlite")
JSON_OBJECT = JSON().with_variant(postgresql.JSONB, "postgresql")

Id = Annotated[int, mapped_column(BIG_ID, primary_key=True)]
Moment = Annotated[datetime, mapped_column(UtcDateTime())]
Payload = dict[str, Any]


def choice(kind: type[StrEnum], name: str) -> Enum:
    """A column of one of `kind`'s values, as text with a CHECK, which both databases can alter."""
    return Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=16,
        values_callable=lambda members: [member.value for member in members],
    )


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it off the class
        Payload: JSON_OBJECT,
        str: String(),
    }


class database_time(FunctionElement[datetime]):  # noqa: N801 - reads as the SQL function it is
    """The database's own clock in UTC, or with a number so many seconds later: leases must not
    depend on which host asks.
    """

    type = UtcDateTime()
    inherit_cache = True


def plainly(session: Session) -> Connection:
    """For statements that are asked all the time and want no mapped objects: without the layers
    of the ORM, which cost more than most statements do. What the session holds back goes first.
    """
    session.flush()
    return session.connection()


def insert_new(
    session: Session, table: type[Base], rows: Sequence[Mapping[str, object]], *, key: Sequence[str]
) -> list[int]:
    """Insert the `rows` whose `key` is not there yet; the ids of those that were new."""
    if not rows:
        return []
    statement = _insert_new(session.get_bind().dialect.name, table, tuple(key))
    return list(plainly(session).execute(statement, list(rows)).scalars())


@cache
def _insert_new(dialect: str, table: type[Base], key: tuple[str, ...]) -> ReturningInsert[int]:
    """Built once for each table, since hot verbs come by here."""
    kind = postgresql if dialect == "postgresql" else sqlite
    statement = kind.insert(table.__table__).on_conflict_do_nothing(index_elements=list(key))
    made: ReturningInsert[int] = statement.returning(table.__table__.c.id)
    return made


def change(
    session: Session, statement: Update | Delete, parameters: Mapping[str, object] | None = None
) -> int:
    """Run the statement; how many rows it changed. The races are decided by this number."""
    return plainly(session).execute(statement, parameters).rowcount


def count_rows(
    session: Session, status: InstrumentedAttribute[Any], parts: Iterable[TextClause]
) -> dict[str, int]:
    """Rows by status. Each of the `parts` is the condition of a partial index, which alone is
    read: the rows of a long history are in none.
    """
    counts = (select(status, func.count()).where(part).group_by(status) for part in parts)
    return {found.value: count for found, count in session.execute(union_all(*counts))}
