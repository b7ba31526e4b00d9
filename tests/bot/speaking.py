"""People who speak to Usher: a line in, the reply in plain text and its buttons out."""

from __future__ import annotations

from dataclasses import dataclass

from bot.command import Doubt, Incoming, Place, Room
from bot.commands import COMMANDS
from bot.dispatch import Dispatcher
from core.chats import Loss
from core.database import Database
from core.people import Sender
from tests.cast import Cast, Somebody

ROOM = Room("telegram", "-100500", "Team room", Place.ROOM)


class NoOutside:
    """A platform that makes links and knows of no room."""

    def invite_link(self, token: str) -> str:
        return f"https://t.me/usher_bot?start=j_{token}"

    async def runs_room(self, room: Room, sender: Sender) -> bool:
        return False

    async def loss_in(self, room: Room) -> Loss | None:
        return None


@dataclass(frozen=True)
class Said:
    """What was answered."""

    text: str
    buttons: list[str]
    refused: bool


@dataclass(frozen=True)
class Speaking:
    """Has people say things through the dispatcher, in private or in a room."""

    cast: Cast
    database: Database | None = None

    async def say(
        self,
        who: Somebody,
        line: str,
        *,
        room: Room | None = None,
        pressed: bool = False,
        about: Sender | None = None,
        doubt: Doubt | None = None,
    ) -> Said:
        private = Room("telegram", who.sender.address, who.sender.name, Place.PRIVATE)
        incoming = Incoming(
            who.sender, room or private, line, pressed=pressed, about=about, doubt=doubt
        )
        admins = {who.sender.key()} if who.system_admin else set()
        dispatcher = Dispatcher(
            self.database or self.cast.database,
            COMMANDS,
            system_admins=admins,
            clock=self.cast.clock,
        )
        answer = await dispatcher.handle(incoming, NoOutside())
        assert answer is not None
        reply = answer.reply
        lines = [button.line for row in reply.buttons for button in row]
        assert all(len(text.encode()) <= 64 for text in lines)
        text = answer.reader.plain(reply.text).translate({0x2068: None, 0x2069: None})
        return Said(text, lines, reply.refused)

    async def press(self, who: Somebody, line: str, *, room: Room | None = None) -> Said:
        return await self.say(who, line, room=room, pressed=True)
