"""Phones: people in a sandbox, played through its play API, and what they see as it happens."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import aiohttp

from benchmarks.household import BOT_ID

Message = dict[str, Any]
SIGHT_PATIENCE_S = 30.0


class Phones:
    """Everybody's phones at once. `seen` are the messages as they came, with when they came."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session
        self._bell = asyncio.Event()
        self.seen: list[tuple[float, Message]] = []

    async def act(self, path: str, **body: object) -> Any:
        """An action of the play API, such as `taps`. Raises RuntimeError when it refuses."""
        async with self._session.post(f"/play/{path}", json=body) as response:
            answer = await response.json()
            if response.status != 200:
                raise RuntimeError(f"/play/{path} refused: {answer}")
            return answer

    async def state(self) -> Any:
        async with self._session.get("/play/state") as response:
            return await response.json()

    async def next(self, wanted: Callable[[Message], bool], *, since: int) -> tuple[float, Message]:
        """The first wanted message after the first `since`, and when it came. Raises TimeoutError.

        Times are those of `time.perf_counter()`.
        """
        async with asyncio.timeout(SIGHT_PATIENCE_S):
            while True:
                for moment, message in self.seen[since:]:
                    if wanted(message):
                        return moment, message
                since = len(self.seen)
                await self._bell.wait()

    async def watch(self) -> None:
        """Until cancelled."""
        endless = aiohttp.ClientTimeout(total=None)
        async with self._session.get("/play/events?since=0", timeout=endless) as response:
            async for line in response.content:
                if line.startswith(b"data: "):
                    self._note(json.loads(line.removeprefix(b"data: ")))

    def _note(self, event: dict[str, Any]) -> None:
        if event["type"] == "message":
            self.seen.append((time.perf_counter(), event))
            bell, self._bell = self._bell, asyncio.Event()
            bell.set()


@asynccontextmanager
async def phones(url: str) -> AsyncIterator[Phones]:
    """The phones of the sandbox at `url`."""
    # An event holds a whole message, which may be longer than aiohttp's usual line.
    async with aiohttp.ClientSession(url, read_bufsize=2**20) as session:
        one = Phones(session)
        watching = asyncio.create_task(one.watch())
        try:
            yield one
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching


class Tigers:
    """A team in the sandbox: Dana leads its room, and her invite is good for any number."""

    def __init__(self, phones: Phones) -> None:
        self._phones = phones
        self._dana = self._room = 0
        self._payload = ""

    async def found(self, name: str) -> None:
        """A room of its own, /newgroup, /bind and /invite, each waited for."""
        state = await self._phones.state()
        self._dana = next(one["id"] for one in state["people"] if one["first_name"] == "Dana")
        self._room = (await self._phones.act("rooms", title=name, owner_id=self._dana))["id"]
        await self._phones.act(f"rooms/{self._room}/bot", status="administrator")
        await self._ask(self._dana, f"/newgroup {name}")
        await self._ask(self._room, f"/bind {name}")
        await self._ask(self._dana, f"/group {name}")
        link = await self._ask(self._dana, "/invite uses=0")
        found = re.search(r"start=(j_[\w-]{43})", link["text"] or link["caption"])
        assert found, f"the answer to /invite holds a link, not {link}"
        self._payload = found[1]

    async def invite(self, name: str) -> Message:
        """A new person who opens the link: their card."""
        person = await self._phones.act("people", first_name=name)
        before = len(self._phones.seen)
        await self._phones.act("start", user_id=person["id"], payload=self._payload)
        return await self._answer(person["id"], before, lambda one: bool(one["reply_markup"]))

    async def chat(self, words: str) -> None:
        """Dana says something in the room that is for nobody in particular."""
        await self._say(self._room, words)

    async def ask_for(self, line: str) -> None:
        """Dana types a command in private: something is answered there."""
        await self._ask(self._dana, line)

    async def come(self, name: str) -> None:
        """A new person opens the link, taps Accept, and does not wait for the welcome."""
        await self._press(await self.invite(name))

    async def _say(self, chat_id: int, words: str) -> None:
        await self._phones.act("messages", user_id=self._dana, chat_id=chat_id, text=words)

    async def tap(self, card: Message, name: str) -> float:
        """The invitee taps Accept: the seconds until the room sees the welcome."""
        before, started = len(self._phones.seen), time.perf_counter()
        await self._press(card)
        moment, _ = await self._phones.next(
            lambda one: one["chat_id"] == self._room and name in (one["text"] or ""), since=before
        )
        return moment - started

    async def _press(self, card: Message) -> None:
        await self._phones.act(
            "taps",
            user_id=card["chat_id"],
            chat_id=card["chat_id"],
            message_id=card["message_id"],
            data=card["reply_markup"]["inline_keyboard"][0][0]["callback_data"],
        )

    async def _ask(self, chat_id: int, line: str) -> Message:
        before = len(self._phones.seen)
        await self._say(chat_id, line)
        return await self._answer(chat_id, before, lambda _: True)

    async def _answer(
        self, chat_id: int, before: int, wanted: Callable[[Message], bool]
    ) -> Message:
        _, answer = await self._phones.next(
            lambda one: one["chat_id"] == chat_id and one["from_id"] == BOT_ID and wanted(one),
            since=before,
        )
        return answer
