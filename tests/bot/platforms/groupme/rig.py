"""GroupMe's emulation as a rig of the platforms' contract."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.command import Place, Room
from bot.commands import COMMANDS
from bot.dispatch import Dispatcher
from bot.ground import Ground
from bot.groupme_api import GroupMeApi
from bot.groupme_calls import GroupMe, room_address
from bot.groupme_voice import GUID_PREFIX, Voice
from bot.platforms.groupme.arrivals import letter_of, read_callback
from bot.platforms.groupme.platform import GroupMePlatform
from bot.sandbox.groupme import wire
from bot.sandbox.server import GROUPME_TOKEN, Sandbox
from core.inbox import Arrival, InboxRow, keep, list_waiting
from core.people import Sender

TOKEN = "1000000001:SANDBOX-beside-groupme-000000000000000"
PUBLIC_URL = "http://usher.test"
CALLBACK_URL = f"{PUBLIC_URL}/webhooks/groupme/secret"


class GroupMeRig:
    """Dana made the group, Bob is in it, and our bot hears what is said there."""

    def __init__(self, sandbox: Sandbox, ground: Ground) -> None:
        self.sandbox, self.world, self.ground = sandbox, sandbox.groupme, ground
        self.groupme = GroupMe(GroupMeApi(GROUPME_TOKEN, sandbox.groupme_url))
        self.voice = Voice(self.groupme, ground, CALLBACK_URL)
        dispatcher = Dispatcher(ground.database, COMMANDS, clock=ground.clock)
        self.platform = GroupMePlatform(self.groupme, self.voice, dispatcher, ground, PUBLIC_URL)
        self.group = self.world.find_group("Tigers")
        self.bot = self.world.add_bot(self.group.id, CALLBACK_URL)
        bob = self.world.add_account("Bob")
        self.world.put_in(self.group, bob)
        dana = self.world.find_account("Dana")
        self.room = Room("groupme", room_address(self.group.id), "Tigers", Place.ROOM)
        self.dana = Sender("groupme", dana.id, "Dana")
        self.bob = Sender("groupme", bob.id, "Bob")
        self._read = 0

    def write(self, who: Sender, text: str, *, in_room: bool = False) -> None:
        if in_room:
            self.world.write(who.address, self.group.id, text[:1000])
        else:
            self.world.write_to_club(who.address, text[:1000])

    def press(self, who: Sender, line: str, *, in_room: bool = False) -> None:
        """There are no buttons: the line is typed, and a number for what is no command."""
        self.write(who, line if line.startswith("/") else "99", in_room=in_room)

    def open_link(self, who: Sender, link: str) -> None:
        """Invites are opened in a browser; pasted into our chat they are shown there too."""
        self.write(who, link)

    def shut_out(self, who: Sender) -> None:
        self.world.block(who.address)

    def heard(self, who: Sender, *, in_room: bool = False) -> list[str]:
        if in_room:
            posts = self.world.posts(self.group.id)
            return [one.text or "" for one in posts if one.sender_type == "bot"]
        letters = self.world.letters(who.address)
        return [one.text or "" for one in letters if one.source_guid.startswith(GUID_PREFIX)]

    async def work_off(self) -> list[bool]:
        """Handle all that came in: for each, whether something in it was for us."""
        return [await self.platform.handle(row) for row in await self.receive()]

    async def say(self, who: Sender, text: str, *, in_room: bool = False) -> str:
        """The last that is heard of us after `who` wrote `text`."""
        self.write(who, text, in_room=in_room)
        await self.work_off()
        return self.heard(who, in_room=in_room)[-1]

    async def receive(self) -> list[InboxRow]:
        arrivals: list[Arrival] = []
        for post in self.world.posts(self.group.id):
            arrivals += read_callback(json.dumps(wire.callback(post)).encode())
        for letter in self.world.direct:
            if letter.sender_id != self.world.club.id:
                arrivals.append(letter_of(wire.direct(letter)))
        arrivals.sort(key=lambda one: int(one.external_id))
        new = [one for one in arrivals if int(one.external_id) > self._read]
        self._read = max([self._read, *(int(one.external_id) for one in new)])
        database, now = self.ground.database, self.ground.clock()
        await database.write(lambda s: keep(s, new, now=now))
        return await database.read(lambda s: list_waiting(s, limit=100))


@asynccontextmanager
async def groupme_rig(ground: Ground) -> AsyncIterator[GroupMeRig]:
    sandbox = Sandbox(TOKEN)
    await sandbox.start()
    rig = GroupMeRig(sandbox, ground)
    yield rig
    await rig.groupme.close()
    await sandbox.stop()
