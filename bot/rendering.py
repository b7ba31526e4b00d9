"""Desk: what is to be rendered at the same time is rendered in one unit of work."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from sqlalchemy.orm import Session

from bot.notices import Telling
from bot.texts import Reader
from core.deliveries.claims import Claim
from core.errors import DatabaseUnavailable

# A unit that may write keeps all other writes waiting for as long as it takes.
MOST = 60

Rendered = tuple[Telling | None, Reader]
Asked = tuple[Claim, asyncio.Future[Rendered]]
Run = Callable[[Callable[[Session], list[Rendered]]], Awaitable[list[Rendered]]]
Render = Callable[[Session, Sequence[Claim]], list[Rendered]]


class Desk:
    """`run` is `Database.read` or `Database.write`. The first who asks does not wait for others:
    those who come while a unit runs share the next one.
    """

    def __init__(self, run: Run, render: Render) -> None:
        self._run = run
        self._render = render
        self._asked: list[Asked] = []
        self._working: asyncio.Task[None] | None = None

    async def render(self, claim: Claim) -> Rendered:
        """Raises what rendering this claim raised, or DatabaseUnavailable."""
        answer: asyncio.Future[Rendered] = asyncio.get_running_loop().create_future()
        self._asked.append((claim, answer))
        if self._working is None:
            self._working = asyncio.create_task(self._work())
        return await answer

    async def close(self) -> None:
        """Break off what is under way; nobody waits for it any more."""
        if self._working is not None:
            self._working.cancel()
            await asyncio.gather(self._working, return_exceptions=True)

    async def _work(self) -> None:
        try:
            while self._asked:
                batch, self._asked = self._asked[:MOST], self._asked[MOST:]
                await self._answer(batch)
        finally:
            self._working = None

    async def _answer(self, batch: Sequence[Asked]) -> None:
        claims = [claim for claim, _ in batch]
        try:
            rendered = await self._run(lambda session: self._render(session, claims))
        except DatabaseUnavailable as error:
            _fail(batch, error)
        except Exception as error:  # one of them breaks the unit: the others must not suffer
            if len(batch) == 1:
                _fail(batch, error)
            else:
                await self._answer_singly(batch)
        else:
            for (_, answer), one in zip(batch, rendered, strict=True):
                if not answer.done():
                    answer.set_result(one)

    async def _answer_singly(self, batch: Sequence[Asked]) -> None:
        for one in batch:
            await self._answer([one])


def _fail(batch: Sequence[Asked], error: Exception) -> None:
    for _, answer in batch:
        if not answer.done():
            answer.set_exception(error)
