"""Books: what came of claims, written down together, and in the transaction of the next claims."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

import structlog
from sqlalchemy.orm import Session

from bot.stock import Stock
from core.database import Database
from core.deliveries.settlements import Settlement, settle
from core.errors import DatabaseUnavailable

T = TypeVar("T")
PAUSE_S = 1.0

log = structlog.get_logger(__name__)


class Books:
    """Outcomes stay in stock until they are written: given up, they would be sent again."""

    def __init__(self, database: Database, stock: Stock) -> None:
        self._database = database
        self._stock = stock

    async def write(self, work: Callable[[Session], T]) -> T:
        """Write down all outcomes, and do `work` too. Raises DatabaseUnavailable."""
        outcomes = self._stock.take_outcomes()
        try:
            settled, done = await self._database.write(
                lambda session: (settle(session, outcomes), work(session))
            )
        except DatabaseUnavailable:
            self._stock.put_back(outcomes)
            raise
        except Exception as error:
            if not outcomes:
                raise
            log.error("an outcome can't be written down", exc_info=error)
            await self._write_singly(outcomes)
            return await self._database.write(work)
        _tell_lost(outcomes, settled)
        return done

    async def close(self) -> None:
        """Until all is written down, however long the database is away."""
        while self._stock.outcomes:
            try:
                await self.write(lambda _: None)
            except DatabaseUnavailable as error:
                log.warning("deliveries wait to be settled", reason=str(error))
                await asyncio.sleep(PAUSE_S)

    async def _write_singly(self, outcomes: Sequence[Settlement]) -> None:
        """One of them breaks the transaction: the others must not suffer."""
        for number, one in enumerate(outcomes):
            try:
                settled = await self._database.write(partial(settle, settlements=[one]))
            except DatabaseUnavailable:
                self._stock.put_back(outcomes[number:])
                raise
            except Exception as error:  # its lease runs out, and it is tried again
                log.error("a delivery was not settled", delivery_id=one.claim.id, exc_info=error)
            else:
                _tell_lost([one], settled)


def _tell_lost(outcomes: Sequence[Settlement], settled: set[int]) -> None:
    for one in outcomes:
        if one.claim.id not in settled:
            log.warning("a delivery was taken over meanwhile", delivery_id=one.claim.id)
