"""Deliveries that are rendered at the same time share one unit of work, and no other's trouble."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import pytest
from sqlalchemy.orm import Session

from bot.notices import Notice
from bot.rendering import MOST, Desk, Rendered
from bot.texts import Reader, say
from core.deliveries.claims import Claim
from core.errors import DatabaseUnavailable
from tests.bot.paced import a_claim

READER = Reader("en", "UTC")
CORRUPT = 13


class Clerk:
    """`units` are the ids of what was rendered together; `open` lets units end."""

    def __init__(self) -> None:
        self.units: list[list[int]] = []
        self.open = asyncio.Event()
        self.open.set()
        self.away = False
        self.desk = Desk(self._run, self._render)

    async def _run(self, unit: Callable[[Session], list[Rendered]]) -> list[Rendered]:
        await self.open.wait()
        if self.away:
            raise DatabaseUnavailable("locked")
        return unit(Session())

    def _render(self, session: Session, claims: Sequence[Claim]) -> list[Rendered]:
        self.units.append([claim.id for claim in claims])
        if any(claim.id == CORRUPT for claim in claims):
            raise LookupError("no such fact")
        return [(Notice(say("Hello {n}", n=str(claim.id))), READER) for claim in claims]

    async def ask(self, *ids: int) -> list[str]:
        asked = [self.desk.render(a_claim(one, one)) for one in ids]
        found = await asyncio.gather(*asked, return_exceptions=True)
        return [
            type(one).__name__ if isinstance(one, BaseException) else _text(one) for one in found
        ]


def _text(rendered: Rendered) -> str:
    telling, reader = rendered
    assert isinstance(telling, Notice)
    return reader.plain(telling.text)


@pytest.fixture
def clerk() -> Clerk:
    return Clerk()


async def test_what_is_asked_for_at_once_is_rendered_in_one_unit(clerk: Clerk) -> None:
    assert len(set(await clerk.ask(1, 2, 3))) == 3
    assert clerk.units == [[1, 2, 3]]


async def test_no_unit_holds_more_than_its_share(clerk: Clerk) -> None:
    await clerk.ask(*range(100, 100 + MOST + 1))
    assert [len(unit) for unit in clerk.units] == [MOST, 1]


async def test_who_comes_while_one_runs_shares_the_next(clerk: Clerk) -> None:
    clerk.open.clear()
    first = asyncio.create_task(clerk.ask(1))
    await asyncio.sleep(0)
    others = asyncio.create_task(clerk.ask(2, 3))
    await asyncio.sleep(0)
    clerk.open.set()
    await asyncio.gather(first, others)
    assert clerk.units == [[1], [2, 3]]


@pytest.mark.fault(12)
async def test_one_that_can_not_be_rendered_takes_no_other_along(clerk: Clerk) -> None:
    told = await clerk.ask(1, CORRUPT, 2)
    assert told[1] == "LookupError"
    assert [one[:5] for one in (told[0], told[2])] == ["Hello", "Hello"]
    assert clerk.units == [[1, CORRUPT, 2], [1], [CORRUPT], [2]]


async def test_an_outage_is_told_to_all_at_once(clerk: Clerk) -> None:
    clerk.away = True
    assert await clerk.ask(1, 2) == ["DatabaseUnavailable"] * 2
    clerk.away = False
    assert len(await clerk.ask(3)) == 1


async def test_one_who_gave_up_waiting_spoils_nothing(clerk: Clerk) -> None:
    clerk.open.clear()
    gone = asyncio.create_task(clerk.desk.render(a_claim(1, 1)))
    stays = asyncio.create_task(clerk.ask(2))
    await asyncio.sleep(0)
    gone.cancel()
    clerk.open.set()
    assert len(await stays) == 1
    assert gone.cancelled()


async def test_a_close_breaks_off_what_is_under_way(clerk: Clerk) -> None:
    clerk.open.clear()
    asked = asyncio.create_task(clerk.desk.render(a_claim(1, 1)))
    await asyncio.sleep(0)
    await clerk.desk.close()
    asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)
    assert clerk.units == []
