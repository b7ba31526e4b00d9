"""Prepared statements say the same on both databases, by whichever way they go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import bindparam, event, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.database import Database
from core.database.prepared import Prepared
from core.groups import Group, Kind
from core.outbox import EventStatus, OutboxEvent
from tests.cast import NOW
from tests.core.units import found

_EVENTS: Any = OutboxEvent.__table__
_KEYS = ("event_type", "payload", "status", "created_at")
_NEW = Prepared(insert(_EVENTS).inline(), *_KEYS)
_ALL = Prepared(select(*(_EVENTS.c[key] for key in _KEYS)).order_by(_EVENTS.c.id))
_OF_KIND = Prepared(select(Group.name, Group.kind).where(Group.kind == bindparam("kind")))
_END = Prepared(
    update(_EVENTS)
    .where(_EVENTS.c.created_at < bindparam("before"), _EVENTS.c.status == EventStatus.PENDING)
    .values(status=EventStatus.DONE)
)


def _event(day: int) -> dict[str, Any]:
    at = datetime(2026, 11, day, 9, 30, 0, 250, tzinfo=UTC)
    state = {"status": EventStatus.PENDING, "created_at": at}
    return {"event_type": "test", "payload": {"day": day, "word": "é"}, **state}


async def test_what_goes_in_comes_out_as_it_was(database: Database) -> None:
    def unit(session: Session) -> list[Any]:
        _NEW.run(session, _event(1))
        return [tuple(row) for row in _ALL.rows(session, {})]

    assert await database.write(unit) == [tuple(_event(1).values())]


async def test_the_changed_rows_are_counted(database: Database) -> None:
    def unit(session: Session) -> tuple[int, int]:
        for day in (1, 2, 3):
            _NEW.run(session, _event(day))
        before = {"before": _event(3)["created_at"]}
        return _END.run(session, before), _END.run(session, before)

    assert await database.write(unit) == (2, 0)


async def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    naive = _event(1) | {"created_at": datetime(2026, 11, 1)}  # noqa: DTZ001
    with pytest.raises(Exception, match="a time without a zone"):
        await database.write(lambda session: _NEW.run(session, naive))


async def test_what_the_session_holds_back_goes_first(database: Database) -> None:
    def unit(session: Session) -> list[Any]:
        session.add(Group(kind=Kind.BAND, name="Owls", slug="owls", created_at=NOW))
        return [tuple(row) for row in _OF_KIND.rows(session, {"kind": Kind.BAND})]

    assert await database.write(unit) == [("Owls", Kind.BAND)]


async def test_nothing_found_is_none(database: Database) -> None:
    def unit(session: Session) -> tuple[object, object]:
        kind = {"kind": Kind.CLASS}
        return _OF_KIND.first(session, kind), _OF_KIND.scalar(session, kind)

    assert await database.read(unit) == (None, None)


async def test_a_broken_rule_is_told_as_by_sqlalchemy(database: Database) -> None:
    nothing = _event(1) | {"created_at": None}
    with pytest.raises(IntegrityError):
        await database.write(lambda session: _NEW.run(session, nothing))


async def test_whoever_listens_hears_of_each_statement(sqlite_database: Database) -> None:
    heard: list[str] = []
    engine = sqlite_database.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *seen: heard.append(seen[2]))
    at = {"before": NOW + timedelta(days=1)}
    await sqlite_database.write(lambda session: (found(session), _END.run(session, at)))
    assert [sql for sql in heard if sql.startswith("UPDATE outbox")]
