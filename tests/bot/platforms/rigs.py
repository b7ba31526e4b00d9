"""What a platform's tests need of its emulation, and the rig of each platform.

A new platform adds a rig here and is held to the same contract.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from bot.command import Place, Room
from bot.commands import COMMANDS
from bot.dispatch import Dispatcher
from bot.ground import Ground
from bot.platforms.telegram.arrivals import arrival_of
from bot.platforms.telegram.platform import TelegramPlatform
from bot.sandbox.server import Sandbox
from bot.telegram_api import TelegramBot, make_bot
from core.chats import Loss
from core.inbox import Arrival, InboxRow, keep, list_waiting
from core.people import Sender
from tests.bot.platforms.groupme.rig import groupme_rig
from tests.bot.platforms.telegram.phones import BOB, DANA, ROOM, TOKEN, fetch, texts
from tests.bot.platforms.whatsapp.rig import whatsapp_rig


class Plug(Protocol):
    """What the inbox and the commands know of a platform."""

    async def handle(self, row: InboxRow) -> bool: ...

    async def apologise(self, row: InboxRow) -> None: ...

    def invite_link(self, token: str) -> str: ...

    async def runs_room(self, room: Room, sender: Sender) -> bool | None: ...

    async def loss_in(self, room: Room) -> Loss | None: ...


class Rig(Protocol):
    """An emulated platform with Dana, who runs a room, and Bob, who is in it."""

    room: Room
    dana: Sender
    bob: Sender

    @property
    def platform(self) -> Plug:
        """What handles the updates."""

    def write(self, who: Sender, text: str, *, in_room: bool = False) -> None:
        """Somebody writes to us, or into the room."""

    def press(self, who: Sender, line: str, *, in_room: bool = False) -> None:
        """Somebody does what a button of our last message there does."""

    def open_link(self, who: Sender, link: str) -> None:
        """Somebody taps a link that we made."""

    def shut_out(self, who: Sender) -> None:
        """From now on we can't write to them."""

    def heard(self, who: Sender, *, in_room: bool = False) -> list[str]:
        """All that reads there now from us, oldest first, words in passing included."""

    async def receive(self) -> list[InboxRow]:
        """What has come in, kept in the inbox."""


class TelegramRig:
    """The Bot API's emulation, driven through python-telegram-bot."""

    def __init__(self, sandbox: Sandbox, bot: TelegramBot, ground: Ground) -> None:
        self._world = sandbox.telegram
        self._sandbox = sandbox
        self._bot = bot
        self._ground = ground
        dispatcher = Dispatcher(ground.database, COMMANDS, clock=ground.clock)
        self.telegram = TelegramPlatform(bot, dispatcher, ground)
        self.room = Room("telegram", str(ROOM), "Tigers room", Place.ROOM)
        self.dana = Sender("telegram", str(DANA), "Dana", "dana", "en")
        self.bob = Sender("telegram", str(BOB), "Bob", "bob", "en")
        self._world.add_member(ROOM, BOB)
        self._presses: dict[tuple[int, int], list[str]] = {}

    @property
    def platform(self) -> Plug:
        return self.telegram

    def write(self, who: Sender, text: str, *, in_room: bool = False) -> None:
        self._world.say(int(who.address), self._chat(who, in_room=in_room), text)

    def press(self, who: Sender, line: str, *, in_room: bool = False) -> None:
        chat, user = self._chat(who, in_room=in_room), int(who.address)
        ours = [one for one in self._world.messages(chat) if one.from_id == self._world.bot.id]
        number = self._world.tap(user, chat, ours[-1].message_id, line)
        self._presses.setdefault((user, chat), []).append(number)

    def open_link(self, who: Sender, link: str) -> None:
        self._world.open_link(int(who.address), link)

    def shut_out(self, who: Sender) -> None:
        self._world.block(int(who.address))

    def heard(self, who: Sender, *, in_room: bool = False) -> list[str]:
        chat = self._chat(who, in_room=in_room)
        passing = [
            answer.text
            for number in self._presses.get((int(who.address), chat), [])
            for answer in self._world.answers(number)
        ]
        return [text for text in [*texts(self._sandbox, chat), *passing] if text]

    async def receive(self) -> list[InboxRow]:
        arrivals = [arrival_of(update) for update in await fetch(self._bot)]
        return await kept(self._ground, arrivals)

    def _chat(self, who: Sender, *, in_room: bool) -> int:
        return ROOM if in_room else int(who.address)


async def kept(ground: Ground, arrivals: list[Arrival]) -> list[InboxRow]:
    """The arrivals as rows of the inbox, with all others that wait."""
    await ground.database.write(lambda s: keep(s, arrivals, now=ground.clock()))
    return await ground.database.read(lambda s: list_waiting(s, limit=100))


@asynccontextmanager
async def telegram_rig(ground: Ground) -> AsyncIterator[Rig]:
    sandbox = Sandbox(TOKEN)
    await sandbox.start()
    bot = make_bot(TOKEN, sandbox.url)
    rig = TelegramRig(sandbox, bot, ground)
    await rig.telegram.start()
    await fetch(bot)
    yield rig
    await rig.telegram.stop()
    await sandbox.stop()


RIGS: dict[str, Callable[[Ground], AbstractAsyncContextManager[Rig]]] = {
    "telegram": telegram_rig,
    "groupme": groupme_rig,
    "whatsapp": whatsapp_rig,
}
# Where people talk to us in private only.
ROOMLESS = frozenset({"whatsapp"})
