"""Rows that SQLite keeps although they are no JSON: dead with a reason, and in nobody's way."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from core.inbox import InboxRow
from core.outbox import EventStatus, OutboxEvent
from tests.cast import Cast
from tests.core.test_routing import fan, joined


@pytest.mark.fault(12)
async def test_a_corrupt_fact_is_dead_and_the_next_one_is_told(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    await joined(cast, times=2)
    damage = text("UPDATE outbox SET payload = '{oops' WHERE id = 1")
    await cast.write(lambda s: s.execute(damage).close())
    assert await fan(cast) == 2
    dead, done = await cast.rows(OutboxEvent)
    assert (dead.status, done.status) == (EventStatus.DEAD, EventStatus.DONE)
    assert dead.last_error is not None
    assert "unreadable payload" in dead.last_error


@pytest.mark.fault(45)
async def test_a_corrupt_update_can_be_read_as_one(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    row = text(
        "INSERT INTO inbox (platform, external_id, lane, payload, status, attempts, received_at)"
        " VALUES ('telegram', '1', '7', '{oops', 'pending', 0, '2026-01-01 00:00:00.000000')"
    )
    await cast.write(lambda s: s.execute(row).close())
    [found] = await cast.rows(InboxRow)
    assert found.payload == {"corrupt": "{oops"}
