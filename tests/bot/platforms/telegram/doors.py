"""The whole of Usher behind the door of the sandbox's room."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import select

from bot.sandbox.server import Sandbox
from bot.sandbox.telegram.messages import Message
from core.database import Database
from core.model import Base
from core.people import find_identity
from tests.cast import rows
from tests.conftest import opened
from tests.faults.rig import DANA, PATIENCE_S, ROOM, until, usher, variables

Row = TypeVar("Row", bound=Base)


@dataclass
class Door:
    """Dana owns the Tigers, whose room is the sandbox's."""

    sandbox: Sandbox
    database: Database

    @property
    def world(self) -> Any:
        return self.sandbox.telegram

    async def say(self, who: int, chat: int, text: str) -> Message:
        """Write it; the answer."""
        before = len(self.ours(chat))
        self.world.say(who, chat, text)
        return await self.hears(chat, "", after=before)

    async def hears(self, chat: int, words: str, *, after: int = 0) -> Message:
        """Our first message with those words in the chat, once it is there."""
        found: Message = await self.world.wait_for(
            lambda: next((one for one in self.ours(chat)[after:] if words in _text(one)), None),
            PATIENCE_S,
        )
        return found

    def ours(self, chat: int) -> list[Message]:
        return [one for one in self.world.messages(chat) if one.from_id == self.world.bot.id]

    def said(self, chat: int) -> list[str]:
        return [_text(one) for one in self.ours(chat)]

    def tap(self, who: int, card: Message, label: str) -> None:
        button = next(one for one in card.buttons() if label in _plain(one["text"]))
        self.world.tap(who, card.chat_id, card.message_id, str(button["callback_data"]))

    def knock(self, who: int) -> None:
        """Open a link of Dana's that asks to join."""
        link = self.world.add_link(ROOM, DANA, creates_join_request=True)
        assert self.world.open_link(who, link.url)["opened"] == "requested"

    def is_inside(self, who: int, room: int = ROOM) -> bool:
        return bool(self.world.room(room).member(who).inside)

    async def comes_in(self, who: int) -> None:
        await self.world.wait_for(lambda: self.is_inside(who), PATIENCE_S)

    async def one(self, kind: type[Row], /, **values: object) -> Row:
        """The row that has these values, once there is one."""

        async def look() -> Row | None:
            query = select(kind).filter_by(**values)
            return await self.database.read(lambda s: s.scalars(query).first())

        found = await until(look)
        assert found is not None
        return found

    async def rows(self, kind: type[Row]) -> list[Row]:
        return await rows(self.database, kind)

    async def person(self, who: int) -> int:
        identity = await self.database.read(
            lambda s: find_identity(s, platform="telegram", address=str(who))
        )
        assert identity is not None
        return identity.person_id


def _text(message: Message) -> str:
    return _plain(message.text or "")


def _plain(text: str) -> str:
    return text.replace("\u2068", "").replace("\u2069", "")


@asynccontextmanager
async def door_of(
    sandbox: Sandbox, database_url: str, *, reachable: bool = True
) -> AsyncIterator[Door]:
    """Usher runs, Dana has founded the Tigers and tied the room; `reachable`: in private too."""
    settings = variables(database_url, sandbox, USHER_OUTBOX_INTERVAL_S="0.05")
    async with opened(database_url) as database, usher(settings):
        door = Door(sandbox, database)
        where = DANA if reachable else ROOM
        await door.say(DANA, where, "/newgroup Tigers")
        await door.say(DANA, ROOM, "/bind")
        yield door
