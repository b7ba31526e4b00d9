"""Bare handlers of taps: one that keeps nothing, and two that keep two rows in one transaction."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiosqlite
from sqlalchemy import ForeignKey, event
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from telegram import Update as TelegramUpdate
from telegram.constants import ParseMode
from telegram.ext import Application, CallbackQueryHandler

from benchmarks.contestants import Line
from benchmarks.databases import sqlite
from benchmarks.team import Team
from benchmarks.wire import Update
from bot.channels.telegram import NO_PREVIEW
from bot.telegram_api import TelegramBot
from core.database.engines import begin_sqlite, prepare_sqlite

Keep = Callable[[int], Awaitable[None]]


class Base(DeclarativeBase):
    pass


class Joined(Base):
    __tablename__ = "joined"

    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[int]
    at: Mapped[datetime]


class Said(Base):
    __tablename__ = "said"

    id: Mapped[int] = mapped_column(primary_key=True)
    joined_id: Mapped[int] = mapped_column(ForeignKey("joined.id"))
    text: Mapped[str]


class BareLine:
    """python-telegram-bot as its manual has it, with the same two answers as ours."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def prepare(self, first: int, count: int) -> list[Update]:
        return Team.shown("inv_abcdefgh", first, count)

    async def seconds_for(self, updates: Sequence[Update]) -> float:
        return await self._line.seconds_for(updates)

    async def settle(self) -> None:
        """Nothing is ever left over."""


@asynccontextmanager
async def by_nobody() -> AsyncIterator[BareLine]:
    """Neither keeps nor checks anything."""
    async with _handling(_forget) as line:
        yield line


@asynccontextmanager
async def by_driver(folder: Path) -> AsyncIterator[BareLine]:
    """Two INSERTs through aiosqlite, as durable as ours."""
    async with AsyncExitStack() as stack:
        engine = await _made(sqlite(folder, "driver"))
        await engine.dispose()
        path = str(engine.url.database)
        link = await stack.enter_async_context(aiosqlite.connect(path, isolation_level=None))
        for pragma in ("synchronous = FULL", "secure_delete = ON", "foreign_keys = ON"):
            await link.execute(f"PRAGMA {pragma}")

        async def keep(person: int) -> None:
            await link.execute("BEGIN IMMEDIATE")
            joined = await link.execute(
                "INSERT INTO joined (person, at) VALUES (?, ?)",
                (person, datetime.now(UTC).isoformat(" ")),
            )
            await link.execute(
                "INSERT INTO said (joined_id, text) VALUES (?, ?)", (joined.lastrowid, "You are in")
            )
            await link.execute("COMMIT")

        yield await stack.enter_async_context(_handling(keep))


@asynccontextmanager
async def by_orm(folder: Path) -> AsyncIterator[BareLine]:
    """The same two INSERTs through SQLAlchemy's ORM over aiosqlite, as durable as ours."""
    engine = await _made(sqlite(folder, "orm"))

    async def keep(person: int) -> None:
        async with AsyncSession(engine) as session, session.begin():
            joined = Joined(person=person, at=datetime.now(UTC))
            session.add(joined)
            await session.flush()
            session.add(Said(joined_id=joined.id, text="You are in"))

    async with _handling(keep) as line:
        yield line
    await engine.dispose()


async def _made(url: str) -> AsyncEngine:
    """With its tables, and set up as ours."""
    engine = create_async_engine(url)
    event.listen(engine.sync_engine, "connect", prepare_sqlite(busy_timeout_s=5.0))
    event.listen(engine.sync_engine, "begin", begin_sqlite)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    return engine


@asynccontextmanager
async def _handling(keep: Keep) -> AsyncIterator[BareLine]:
    line = Line()

    async def reply(update: TelegramUpdate, _context: object) -> None:
        query = update.callback_query
        assert query is not None
        await keep(query.from_user.id)
        await query.answer()
        await query.edit_message_text(
            "You are in <b>Tigers</b>, as member. Welcome!\nSee who else is there: /members",
            parse_mode=ParseMode.HTML,
            link_preview_options=NO_PREVIEW,
        )

    application = Application.builder().bot(line.bot).updater(None).job_queue(None).build()
    application.add_handler(CallbackQueryHandler(reply))
    async with application, line.running(_poll(application, line.bot)):
        yield BareLine(line)


async def _poll(application: Application[Any, Any, Any, Any, Any, Any], bot: TelegramBot) -> None:
    offset = 0
    while True:
        for update in await bot.get_updates(offset=offset):
            await application.process_update(update)
            offset = update.update_id + 1


async def _forget(_person: int) -> None:
    pass
