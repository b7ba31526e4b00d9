"""People talk to Usher without any platform: a line in, a reply and rows out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from bot.command import Doubt, Incoming, Place, Room
from bot.commands import COMMANDS
from bot.dispatch import Answer, Defaults, Dispatcher
from bot.refusals import refuse
from bot.sandbox.telegram.entities import parse_html
from bot.texts import Reader
from core import schema
from core.chats import Loss
from core.errors import CoreError
from core.events.spots import Spot
from core.people import Sender
from tests.cast import Cast, Somebody

ISOLATES = re.compile("[\u2068\u2069]")
TEAM_ROOM = Room("telegram", "-100500", "Team room", Place.ROOM)
OTHER_ROOM = Room("telegram", "-100600", "Another room", Place.ROOM)
# Writing to us makes somebody known, whatever they write.
ACQUAINTANCE = {"people", "identities", "occupants"}


@dataclass
class Outside:
    """A platform that says who runs which room."""

    runs: set[tuple[str, str]] = field(default_factory=set)
    silent: bool = False
    loss: Loss | None = None

    def invite_link(self, token: str) -> str:
        return f"https://t.me/usher_bot?start=j_{token}"

    async def runs_room(self, room: Room, sender: Any) -> bool | None:
        return None if self.silent else (room.address, sender.address) in self.runs

    async def loss_in(self, room: Room) -> Loss | None:
        return self.loss


@dataclass(frozen=True)
class Heard:
    """An answer as its reader sees it."""

    answer: Answer

    def __post_init__(self) -> None:
        assert parse_html(self.html)[0] == self.answer.reader.plain(self.answer.reply.text)
        assert all(line.startswith("/") and len(line.encode()) <= 64 for line in self.lines)

    @property
    def html(self) -> str:
        return self.answer.reader.html(self.answer.reply.text)

    @property
    def text(self) -> str:
        """Without markup and isolates."""
        return ISOLATES.sub("", self.answer.reader.plain(self.answer.reply.text))

    @property
    def lines(self) -> list[str]:
        """What the buttons say when they are pressed."""
        rows = self.answer.reply.buttons
        return [button.line for row in rows for button in row if button.line]

    @property
    def labels(self) -> list[str]:
        plain = self.answer.reader.plain
        buttons = [button for row in self.answer.reply.buttons for button in row]
        return [ISOLATES.sub("", plain(button.label)) for button in buttons]

    @property
    def refused(self) -> bool:
        return self.answer.reply.refused

    @property
    def replaces(self) -> bool:
        return self.answer.reply.replaces


@dataclass
class Talk:
    """Everybody's phones. A private chat unless a room is named."""

    cast: Cast
    outside: Outside = field(default_factory=Outside)
    system_admins: set[str] = field(default_factory=set)
    defaults: Defaults = field(default_factory=Defaults)

    async def say(self, who: Somebody, line: str, room: Room | None = None, **more: Any) -> Heard:
        answer = await self.hand_in(self.incoming(who, line, room, **more))
        assert answer is not None, f"{line!r} was not answered"
        return Heard(answer)

    async def tap(self, who: Somebody, line: str, room: Room | None = None) -> Heard:
        """Press a button that carries `line`."""
        return await self.say(who, line, room, pressed=True)

    async def is_ignored(
        self, who: Somebody, line: str, room: Room | None = None, **more: Any
    ) -> bool:
        """Whether nothing was answered, and nobody noted who spoke."""
        before = await self.everything(but=frozenset())
        answer = await self.hand_in(self.incoming(who, line, room, **more))
        return answer is None and before == await self.everything(but=frozenset())

    async def hand_in(self, incoming: Incoming) -> Answer | None:
        dispatcher = Dispatcher(
            self.cast.database,
            COMMANDS,
            system_admins=self.system_admins,
            defaults=self.defaults,
            clock=self.cast.clock,
        )
        return await dispatcher.handle(incoming, self.outside)

    def incoming(
        self,
        who: Somebody,
        line: str,
        room: Room | None = None,
        *,
        pressed: bool = False,
        addressed: bool = False,
        doubt: Doubt | None = None,
        about: Sender | None = None,
        phone: str | None = None,
        spot: Spot | None = None,
    ) -> Incoming:
        sender = who.sender
        own = Room(sender.platform, sender.address, sender.name, Place.PRIVATE)
        return Incoming(
            sender,
            room or own,
            line,
            pressed=pressed,
            addressed=addressed,
            doubt=doubt,
            about=about,
            phone=phone,
            spot=spot,
        )

    def runs(self, who: Somebody, room: Room = TEAM_ROOM) -> None:
        """From now on `who` administers the room."""
        self.outside.runs.add((room.address, who.sender.address))

    async def everything(
        self, *, but: set[str] | frozenset[str] = frozenset(ACQUAINTANCE)
    ) -> dict[str, list[Any]]:
        """All rows of all tables: equal before and after what must leave no trace."""
        tables = schema.Base.metadata.tables
        return await self.cast.read(
            lambda s: {
                name: [tuple(row) for row in s.execute(select(table))]
                for name, table in tables.items()
                if name not in but
            }
        )


def words(code: str, **fields: Any) -> str:
    """The refusal's words for a reader of English."""
    prose = refuse(CoreError(code, **fields)).text
    return ISOLATES.sub("", Reader("en", "UTC").plain(prose))
