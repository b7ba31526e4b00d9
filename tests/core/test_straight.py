"""What goes straight to psycopg fails, and is undone, as what goes by SQLAlchemy."""

from __future__ import annotations

import pytest
from sqlalchemy import bindparam, event, select, text
from sqlalchemy.orm import Session

from core.database import Database, attempt
from core.database.patient import PatientConnection
from core.database.prepared import Prepared
from core.errors import Conflict, DatabaseUnavailable
from core.groups import Group
from tests.core.units import count, found

_NAMES = Prepared(select(Group.name).where(Group.name != bindparam("but")).order_by(Group.id))


def names(session: Session) -> list[str]:
    return [name for (name,) in _NAMES.rows(session, {"but": "100 %"})]


def cut(session: Session) -> None:
    raw = session.connection().connection.driver_connection
    assert isinstance(raw, PatientConnection)
    raw.cut()


def refused(session: Session, name: str) -> None:
    def verb() -> None:
        found(session, name)
        raise Conflict("no")

    with pytest.raises(Conflict):
        attempt(session, verb)


@pytest.mark.fault(26)
async def test_a_unit_whose_connection_is_lost_on_the_way_runs_again(
    postgresql_database: Database,
) -> None:
    tries: list[int] = []

    def unit(session: Session) -> list[str]:
        tries.append(found(session).id)
        if len(tries) == 1:
            cut(session)
        return names(session)

    assert await postgresql_database.write(unit) == ["Lions"]
    assert len(tries) == 2


@pytest.mark.fault(26)
async def test_a_lost_connection_is_an_outage(postgresql_database: Database) -> None:
    def unit(session: Session) -> list[str]:
        cut(session)
        return names(session)

    with pytest.raises(DatabaseUnavailable):
        await postgresql_database.read(unit)
    assert await postgresql_database.read(names) == []


async def test_verbs_one_after_the_other_are_undone_each_by_itself(
    postgresql_database: Database,
) -> None:
    def unit(session: Session) -> None:
        for number in range(3):
            attempt(session, lambda: found(session, f"Kept {number}"))  # noqa: B023
            refused(session, f"Refused {number}")

    await postgresql_database.write(unit)
    assert await postgresql_database.read(names) == ["Kept 0", "Kept 1", "Kept 2"]


async def test_a_verb_within_a_verb_that_is_refused_goes_with_it(
    postgresql_database: Database,
) -> None:
    def outer(session: Session) -> None:
        attempt(session, lambda: found(session, "Inner"))
        raise Conflict("no")

    def unit(session: Session) -> None:
        with pytest.raises(Conflict):
            attempt(session, lambda: outer(session))
        attempt(session, lambda: found(session, "Kept"))

    await postgresql_database.write(unit)
    assert await postgresql_database.read(names) == ["Kept"]


async def test_a_savepoint_of_the_last_unit_is_nothing_to_the_next(
    postgresql_database: Database,
) -> None:
    def unit(session: Session) -> int:
        attempt(session, lambda: found(session, f"Kept {count(session)}"))
        return count(session)

    assert [await postgresql_database.write(unit) for _ in range(3)] == [1, 2, 3]


async def test_whoever_listens_hears_of_each_statement_here_too(
    postgresql_database: Database,
) -> None:
    heard: list[str] = []
    await postgresql_database.read(names)
    engine = postgresql_database.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *seen: heard.append(seen[2]))
    await postgresql_database.read(names)
    assert [sql[:18] for sql in heard] == ["SELECT groups.name"]


async def test_what_was_prepared_outlives_reads_refusals_and_failures(
    postgresql_database: Database,
) -> None:
    class Broken(Exception):
        pass

    def failing(session: Session) -> None:
        refused(session, "Owls")
        names(session)
        raise Broken

    for _ in range(8):  # psycopg prepares what it has seen five times
        await postgresql_database.read(names)
    with pytest.raises(Broken):
        await postgresql_database.write(failing)
    asked = text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%groups.name%'")
    assert await postgresql_database.read(lambda s: s.scalar(asked)) == 1
