"""WhatsApp's emulation as a rig of the platforms' contract."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bot.command import Place, Room
from bot.commands import COMMANDS
from bot.dispatch import Dispatcher
from bot.ground import Ground
from bot.platforms.whatsapp.arrivals import read_webhook
from bot.platforms.whatsapp.catalogue import Catalogue
from bot.platforms.whatsapp.platform import WhatsAppPlatform
from bot.platforms.whatsapp.receipts import Receipts
from bot.sandbox.server import WHATSAPP_TOKEN, Sandbox
from bot.sandbox.whatsapp.things import Account
from bot.sandbox.whatsapp.world import PHONE_ID
from bot.whatsapp_api import WhatsAppApi
from bot.whatsapp_calls import WhatsApp
from bot.whatsapp_voice import Voice
from core.inbox import InboxRow, keep, list_waiting
from core.people import Sender

TOKEN = "1000000001:SANDBOX-beside-whatsapp-00000000000000"
PUBLIC_URL = "http://usher.test"


class WhatsAppRig:
    """Dana and Bob have WhatsApp. What webhooks post is kept here until it is received."""

    def __init__(self, sandbox: Sandbox, ground: Ground) -> None:
        self.sandbox, self.world, self.ground = sandbox, sandbox.whatsapp, ground
        self.whatsapp = WhatsApp(WhatsAppApi(WHATSAPP_TOKEN, sandbox.whatsapp_url), PHONE_ID)
        self.voice = Voice(self.whatsapp, ground)
        self.receipts = Receipts(ground, lambda: frozenset({"telegram", "whatsapp"}))
        dispatcher = Dispatcher(ground.database, COMMANDS, clock=ground.clock)
        self.platform = WhatsAppPlatform(self.voice, dispatcher, self.receipts, ground, PUBLIC_URL)
        self.catalogue = Catalogue(self.whatsapp, ground, wake=lambda: None)
        self.posted: list[dict[str, Any]] = []
        self.world.told = self.posted.append
        self.world.quiet = True
        self.world.add_account("Bob")
        self.room = Room("whatsapp", "", "", Place.ROOM)
        self.dana, self.bob = (self._sender(name) for name in ("Dana", "Bob"))

    def _sender(self, name: str) -> Sender:
        return Sender("whatsapp", f"+{self.world.find(name).number}", name)

    def account(self, who: Sender) -> Account:
        return self.world.account(who.address.removeprefix("+"))

    def write(self, who: Sender, text: str, *, in_room: bool = False) -> None:
        assert not in_room, "there are no rooms here"
        self.world.write(self.account(who).number, text[:4096])

    def press(self, who: Sender, line: str, *, in_room: bool = False) -> None:
        """A button that is there is tapped; any other is one of somebody else's."""
        assert not in_room, "there are no rooms here"
        number = self.account(who).number
        for message in reversed(self.world.sent_to(number)):
            if any(button["id"] == line for button in message.shown.get("buttons", [])):
                self.world.tap(number, message.id, line)
                return
        reply = {"type": "button_reply", "button_reply": {"id": line, "title": "Old"}}
        self.world.hear(number, "interactive", {"interactive": reply}, {"text": "Old"})

    def open_link(self, who: Sender, link: str) -> None:
        """Invites are opened in a browser; pasted into our chat they are shown there too."""
        self.write(who, link)

    def shut_out(self, who: Sender) -> None:
        self.world.accounts.pop(self.account(who).number)

    def heard(self, who: Sender, *, in_room: bool = False) -> list[str]:
        sent = self.world.sent_to(who.address.removeprefix("+"))
        return [str(message.shown["text"]) for message in sent]

    def buttons(self, who: Sender) -> list[str]:
        """What stands behind the buttons of our last message."""
        last = self.world.sent_to(who.address.removeprefix("+"))[-1]
        return [button["id"] for button in last.shown.get("buttons", [])]

    async def work_off(self) -> list[bool]:
        """Handle all that came in: for each, whether something in it was for us."""
        return [await self.platform.handle(row) for row in await self.receive()]

    async def say(self, who: Sender, text: str) -> str:
        """The last that is heard of us after `who` wrote `text`."""
        self.write(who, text)
        await self.work_off()
        return self.heard(who)[-1]

    async def receive(self) -> list[InboxRow]:
        posted, now = list(self.posted), self.ground.clock()
        self.posted.clear()
        arrivals = [
            arrival
            for one in posted
            for arrival in read_webhook(json.dumps(one).encode(), PHONE_ID)
        ]
        database = self.ground.database
        await database.write(lambda s: keep(s, arrivals, now=now))
        return await database.read(lambda s: list_waiting(s, limit=100))


@asynccontextmanager
async def whatsapp_rig(ground: Ground) -> AsyncIterator[WhatsAppRig]:
    """With the product's own clock: the emulated Meta and we agree on what time it is."""
    sandbox = Sandbox(TOKEN, now=lambda: ground.clock().timestamp())
    await sandbox.start()
    rig = WhatsAppRig(sandbox, ground)
    yield rig
    await rig.whatsapp.close()
    await sandbox.stop()
