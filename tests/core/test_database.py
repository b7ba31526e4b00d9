"""Units of work: all or nothing, and heard of only when they are kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from core.database import Database, announce, attempt
from core.errors import Conflict
from core.facts import MemberJoined
from core.groups import Group
from core.invites.guesses import Guess
from core.outbox import OutboxEvent, record
from tests.cast import NOW, Cast
from tests.core.units import count, found


class Boom(Exception):
    pass


async def test_a_unit_is_kept_when_it_returns(database: Database) -> None:
    assert await database.write(lambda s: found(s).name) == "Lions"
    assert await database.read(count) == 1


@pytest.mark.fault(4)
async def test_nothing_is_kept_of_a_unit_that_raises(database: Database) -> None:
    def unit(session: Session) -> None:
        found(session)
        raise Boom

    with pytest.raises(Boom):
        await database.write(unit)
    assert await database.read(count) == 0


@pytest.mark.fault(5)
async def test_no_message_is_left_of_a_unit_that_raises(cast: Cast) -> None:
    def unit(session: Session) -> None:
        fact = MemberJoined(group_id=cast.tigers.id, person_id=cast.bob.id, invite_id=1)
        record(session, fact, now=cast.now)
        session.flush()
        raise Boom

    with pytest.raises(Boom):
        await cast.database.write(unit)
    assert await cast.rows(OutboxEvent) == []


async def test_a_read_keeps_nothing(database: Database) -> None:
    await database.read(lambda s: found(s).id)
    assert await database.read(count) == 0


async def test_a_read_sees_one_moment(database: Database) -> None:
    loop = asyncio.get_running_loop()

    def unit(session: Session) -> tuple[int, int]:
        before = count(session)
        other = asyncio.run_coroutine_threadsafe(database.write(lambda s: found(s).id), loop)
        session.connection().exec_driver_sql("SELECT 1")
        while not other.done():
            session.connection().exec_driver_sql("SELECT 1")
        return before, count(session)

    assert await database.read(unit) == (0, 0)
    assert await database.read(count) == 1


async def test_a_refusal_undoes_its_verb_and_nothing_else(database: Database) -> None:
    def refuse(session: Session) -> None:
        found(session, "Refused")
        raise Conflict("no")

    def unit(session: Session) -> None:
        found(session, "Kept")
        with pytest.raises(Conflict):
            attempt(session, lambda: refuse(session))

    await database.write(unit)
    assert await database.read(lambda s: s.scalars(select(Group.name)).all()) == ["Kept"]


async def test_what_a_refusal_must_remember_is_kept(database: Database) -> None:
    def refuse(session: Session) -> None:
        found(session, "Refused")
        guess = Guess(guesser="telegram:1", made_at=NOW)
        raise Conflict("no", aftermath=lambda s: s.add(guess))

    def unit(session: Session) -> None:
        with pytest.raises(Conflict):
            attempt(session, lambda: refuse(session))

    await database.write(unit)
    assert await database.read(count) == 0
    assert await database.read(lambda s: s.scalars(select(Guess.guesser)).all()) == ["telegram:1"]


async def test_listeners_hear_of_a_commit_and_only_then(database: Database) -> None:
    heard: list[tuple[frozenset[str], int]] = []
    database.on_commit(lambda topics: heard.append((topics, len(heard))))

    def unit(session: Session) -> None:
        announce(session, "outbox")
        announce(session, "outbox")
        announce(session, "inbox")
        assert heard == []

    await database.write(unit)
    assert heard == [(frozenset({"outbox", "inbox"}), 0)]


async def test_listeners_hear_nothing_of_what_was_undone(database: Database) -> None:
    heard: list[frozenset[str]] = []
    database.on_commit(heard.append)

    def unit(session: Session) -> None:
        announce(session, "outbox")
        raise Boom

    with pytest.raises(Boom):
        await database.write(unit)
    await database.write(lambda s: found(s).id)
    await database.read(lambda s: announce(s, "outbox"))
    assert heard == []


async def test_sqlite_is_set_up_to_keep_what_it_acknowledged(sqlite_database: Database) -> None:
    def pragma(name: str) -> Callable[[Session], object]:
        return lambda s: s.connection().exec_driver_sql(f"PRAGMA {name}").scalar()

    names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    values = [await sqlite_database.read(pragma(name)) for name in names]
    assert values == ["wal", 2, 1, 5000]


async def test_each_write_on_sqlite_begins_as_a_write(sqlite_database: Database) -> None:
    seen: list[str] = []
    trace = lambda raw, record: raw.set_trace_callback(seen.append)  # noqa: E731, ARG005
    event.listen(sqlite_database.sync_engine, "connect", trace)
    await sqlite_database.write(count)
    await sqlite_database.read(count)
    assert [text for text in seen if text.startswith("BEGIN")] == ["BEGIN IMMEDIATE", "BEGIN"]
