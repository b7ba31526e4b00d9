"""Usher against the sandbox, in this process or in one of its own, and waits for what it does."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import aiohttp

from benchmarks.process import free_ports
from bot.app import serve
from bot.config import Settings, load_settings
from bot.plug import Part
from bot.sandbox.server import Sandbox
from bot.sandbox.telegram.messages import Message
from tests.cast import Cast, Clock, Made, meet
from tests.conftest import opened

T = TypeVar("T")
TOKEN = "1000000001:SANDBOX-tests-of-the-whole-process-00"
DANA, BOB, CAROL, ROOM = 101, 102, 103, -1001000000001
ROOT = Path(__file__).parent.parent.parent
PATIENCE_S = 30.0


async def until(look: Callable[[], Awaitable[T]], within_s: float = PATIENCE_S) -> T:
    """The first true answer of `look`. Raises TimeoutError."""
    async with asyncio.timeout(within_s):
        while True:
            if found := await look():
                return found
            await asyncio.sleep(0.01)


def free_port() -> int:
    """A port whose successor is free too: the sandbox of `python -m bot` takes that one."""
    return free_ports()


@asynccontextmanager
async def sandbox_at(ledger: Path | None = None) -> AsyncIterator[Sandbox]:
    sandbox = Sandbox(TOKEN, ledger=ledger)
    await sandbox.start()
    try:
        yield sandbox
    finally:
        await sandbox.stop()


def variables(database_url: str, sandbox: Sandbox, **more: str) -> dict[str, str]:
    """The settings of a bot in the sandbox, whose outbox only a commit can wake in time."""
    return {
        "USHER_DATABASE_URL": database_url,
        "USHER_TELEGRAM_TOKEN": TOKEN,
        "USHER_TELEGRAM_API_URL": sandbox.url,
        "USHER_HTTP_PORT": str(free_port()),
        "USHER_OUTBOX_INTERVAL_S": "3600",
        "USHER_LOG_LEVEL": "DEBUG",
    } | more


@dataclass
class Service:
    """The HTTP side of a running bot."""

    port: int

    async def get(self, path: str) -> tuple[int, Any]:
        """Status and body; status 0 while nothing listens."""
        url = f"http://127.0.0.1:{self.port}{path}"
        try:
            async with aiohttp.ClientSession() as http, http.get(url) as answer:
                json = answer.content_type.endswith("json")
                return answer.status, await (answer.json() if json else answer.text())
        except aiohttp.ClientConnectionError:
            return 0, None

    async def is_ready(self) -> bool:
        return (await self.get("/readyz"))[0] == 200

    async def check(self, name: str) -> dict[str, Any]:
        """One check of /readyz, empty when it is not among them."""
        _, body = await self.get("/readyz")
        checks = body["checks"] if body else []
        return next((dict(check) for check in checks if check["name"] == name), {})

    async def fails(self, name: str) -> str:
        """What the check says while it fails, else nothing."""
        check = await self.check(name)
        return "" if check.get("ok", True) else str(check["detail"])


@dataclass
class Usher(Service):
    """A bot in this event loop."""

    task: asyncio.Task[None]
    stop: asyncio.Event


@asynccontextmanager
async def usher(
    settings: dict[str, str], parts: Collection[Part] = tuple(Part)
) -> AsyncIterator[Usher]:
    """The bot with these variables, stopped in good order at the end."""
    loaded: Settings = load_settings(settings, env_file=None)
    stop = asyncio.Event()
    task = asyncio.create_task(serve(loaded, parts, stop))
    try:
        yield Usher(loaded.http_port, task, stop)
    finally:
        stop.set()
        await asyncio.wait_for(task, PATIENCE_S)


@dataclass
class Process(Service):
    """A bot in a process of its own; `log` is what it wrote, errors included."""

    child: subprocess.Popen[bytes]
    log: Path

    def signal(self, number: signal.Signals) -> None:
        self.child.send_signal(number)

    async def ended(self) -> int:
        """Its exit status, or minus the signal that killed it."""

        async def look() -> bool:
            return self.child.poll() is not None

        await until(look)
        return int(self.child.returncode)

    async def logged(self, words: str) -> None:
        """Wait until the log holds `words`."""

        async def look() -> bool:
            assert self.child.poll() is None or words in self.text(), self.text()
            return words in self.text()

        await until(look)

    def text(self) -> str:
        return self.log.read_text(encoding="utf-8")


@dataclass
class Processes:
    """Starts processes in a folder of their own, and ends all of them."""

    folder: Path
    children: list[Process] = field(default_factory=list)

    def start(
        self, settings: dict[str, str], *arguments: str, crash_at: str | None = None
    ) -> Process:
        """`python -m bot`; with `crash_at`, one that kills itself at that point."""
        module = ["tests.faults.crashing", crash_at] if crash_at else ["bot"]
        log = self.folder / f"log-{len(self.children)}.txt"
        with log.open("wb") as output:
            child = subprocess.Popen(
                (sys.executable, "-m", *module, *arguments),
                cwd=self.folder,
                env=environment() | settings,
                stdout=output,
                stderr=output,
            )
        port = settings.get("USHER_HTTP_PORT", "")
        self.children.append(Process(int(port) if port.isdigit() else 0, child, log))
        return self.children[-1]

    def end(self) -> None:
        """Kill what still runs, and see that no log holds the token."""
        for one in self.children:
            one.child.kill()
            one.child.wait()
        assert [one.log for one in self.children if TOKEN in one.text()] == []


def environment() -> dict[str, str]:
    """That of this process, without settings of Usher."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("USHER_")}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


@dataclass
class Team:
    """The Tigers in a database, tied to the sandbox's room, and an invite to them."""

    sandbox: Sandbox
    cast: Cast
    invite: Made

    def say_hello(self, user_id: int) -> None:
        self.sandbox.telegram.press_start(user_id)

    async def card(self, user_id: int) -> Message:
        """The person opens the invite's link; the card that they are shown."""
        link = f"https://t.me/usher_sandbox_bot?start=j_{self.invite.token}"
        self.sandbox.telegram.open_link(user_id, link)
        return await self._seen(lambda: self._shown(user_id))

    def tap_accept(self, card: Message) -> None:
        data = str(card.buttons()[0]["callback_data"])
        self.sandbox.telegram.tap(card.chat_id, card.chat_id, card.message_id, data)

    async def accept(self, user_id: int) -> None:
        """Open the link and tap Accept."""
        self.tap_accept(await self.card(user_id))

    async def welcomed(self, name: str) -> Message:
        """The welcome in the room, once it is there."""
        return await self._seen(lambda: self._welcome(name))

    def welcomes(self, chat_id: int = ROOM) -> list[str]:
        """All that the bot has said in a room."""
        said = self.sandbox.telegram.messages(chat_id)
        bot = self.sandbox.telegram.bot.id
        return [one.text or "" for one in said if one.from_id == bot]

    async def _seen(self, look: Callable[[], Message | None]) -> Message:
        found = await self.sandbox.telegram.wait_for(look, PATIENCE_S)
        assert found is not None, "or wait_for would still wait"
        return found

    def _shown(self, user_id: int) -> Message | None:
        cards = [one for one in self.sandbox.telegram.messages(user_id) if one.buttons()]
        return cards[-1] if cards else None

    def _welcome(self, name: str) -> Message | None:
        said = self.sandbox.telegram.messages(ROOM)
        return next(
            (one for one in said if "Welcome" in (one.text or "") and name in str(one.text)), None
        )


@asynccontextmanager
async def team(database_url: str, sandbox: Sandbox, *rooms: int) -> AsyncIterator[Team]:
    """A team whose invite may be used often; its welcomes go to `rooms`, or to the first room."""
    async with opened(database_url) as database:
        cast = await meet(database, Clock(datetime.now(UTC)))
        for room in rooms or (ROOM,):
            await cast.bind(str(room))
        yield Team(sandbox, cast, await cast.invite(max_uses=1000, ttl=None))
