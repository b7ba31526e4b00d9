"""Replies that are due: said by one, once, and not when they are too old."""

from __future__ import annotations

import asyncio

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.inbox import Arrival, InboxRow, keep, mark_handled
from core.model import Payload
from core.replies import LONGEST_DUE, REPEATED, forget_replies, keep_reply, list_due, take_reply
from tests.cast import Cast

REPLY: Payload = {"text": "You are in"}


async def answered(cast: Cast, name: str = "1") -> int:
    """An update that was handled, and whose reply is not said yet."""

    def unit(s: Session) -> int:
        keep(s, [Arrival("telegram", name, "chat", {})], now=cast.now)
        row_id = s.scalars(select(InboxRow.id).where(InboxRow.external_id == name)).one()
        mark_handled(s, row_id, now=cast.now)
        keep_reply(s, row_id, REPLY)
        return row_id

    return await cast.write(unit)


async def take(cast: Cast, row_id: int) -> Payload | None:
    return await cast.database.write(lambda s: take_reply(s, row_id, now=cast.now))


async def due(cast: Cast, *under_way: int) -> list[int]:
    return await cast.read(
        lambda s: [row.id for row in list_due(s, before=cast.now, under_way=under_way)]
    )


async def test_a_reply_is_due_until_it_is_said(cast: Cast) -> None:
    first, second = await answered(cast, "1"), await answered(cast, "2")
    assert await due(cast) == [first, second]
    await cast.write(lambda s: forget_replies(s, [first]))
    assert await due(cast) == [second]


async def test_what_somebody_is_about_to_say_is_not_due(sqlite_cast: Cast) -> None:
    row_id = await answered(sqlite_cast)
    assert await due(sqlite_cast, row_id) == []


async def test_of_two_who_take_it_one_gets_it(cast: Cast) -> None:
    row_id = await answered(cast)
    taken = await asyncio.gather(take(cast, row_id), take(cast, row_id))
    assert sorted(map(str, taken)) == sorted(map(str, [REPLY, None]))


async def test_who_takes_it_says_it_for_the_last_time_and_that_is_noted(cast: Cast) -> None:
    row_id = await answered(cast)
    assert await take(cast, row_id) == REPLY
    (row,) = await cast.rows(InboxRow)
    assert (row.reply, row.last_error) == (None, REPEATED)


async def test_after_five_minutes_nobody_waits_for_it_any_more(cast: Cast) -> None:
    row_id = await answered(cast)
    cast.clock.advance(seconds=LONGEST_DUE.total_seconds() + 1)
    assert await take(cast, row_id) is None
    (row,) = await cast.rows(InboxRow)
    assert row.reply is None


async def test_an_update_without_an_answer_owes_none(sqlite_cast: Cast) -> None:
    arrival = Arrival("telegram", "1", "chat", {})
    await sqlite_cast.write(lambda s: keep(s, [arrival], now=sqlite_cast.now))
    assert await due(sqlite_cast) == []
