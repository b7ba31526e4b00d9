"""A sandbox with its page open in headless Chromium; the test itself plays the bot."""

import shutil
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from bot.sandbox.server import Sandbox

playwright_api = pytest.importorskip("playwright.async_api", reason="playwright is not installed")

TOKEN = "1000000001:SANDBOX-page-tests"
DANA, BOB, CAROL, ROOM = 101, 102, 103, -1001000000001
WIDE = {"width": 1440, "height": 900}
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Stage:
    """The page of a sandbox, and the Bot API beside it."""

    sandbox: Sandbox
    page: Any
    http: aiohttp.ClientSession
    problems: list[str]

    async def bot(self, method: str, **params: Any) -> Any:
        """Call the Bot API as the bot; the `result`, or an assertion that tells the refusal."""
        url = f"{self.sandbox.url}/bot{TOKEN}/{method}"
        async with self.http.post(url, json=params) as answer:
            body = await answer.json()
        assert body["ok"], body
        return body["result"]

    async def say(self, chat_id: int, text: str, *rows: list[dict[str, str]], **more: Any) -> int:
        """The bot writes, with rows of inline buttons; returns the message's id."""
        markup = {"reply_markup": {"inline_keyboard": list(rows)}} if rows else {}
        sent = await self.bot("sendMessage", chat_id=chat_id, text=text, **markup, **more)
        return int(sent["message_id"])

    async def texts(self) -> list[tuple[int, str]]:
        """Who said what, as far as the bot has not confirmed it."""
        updates = await self.bot("getUpdates")
        messages = [update["message"] for update in updates if "message" in update]
        return [(one["from"]["id"], one["text"]) for one in messages if "text" in one]

    async def tap_of(self) -> dict[str, str]:
        """The latest tap, as soon as it has reached the sandbox."""
        world = self.sandbox.telegram
        presses = await world.wait_for(lambda: world.presses, timeout=10)
        return {"id": list(presses)[-1]}

    def note(self, message: Any) -> None:
        """Keep what the browser refused to load or run."""
        if "Content Security Policy" in message.text:
            self.problems.append(message.text)

    def phone(self, name: str) -> Any:
        """A person's phone by first name, or the first room's by `room`."""
        return self.page.locator(f"[data-phone='{name}']").first

    def field(self, name: str) -> Any:
        """Where one types on that phone."""
        return self.phone(name).locator("textarea.field")

    async def resize(self, width: int, height: int) -> None:
        """Give the window another size, in CSS pixels."""
        await self.page.set_viewport_size({"width": width, "height": height})

    async def press_until_focused(self, key: str, target: Any, most: int = 60) -> None:
        """Move through the page by one key alone until the target holds the focus."""
        for _ in range(most):
            if await target.evaluate("node => node === document.activeElement"):
                return
            await self.page.keyboard.press(key)
        raise AssertionError(f"{key} never reached {target}")

    async def restart_while(self, gone: Awaitable[None]) -> None:
        """Stop the sandbox, wait until `gone` is seen, and start another on the same port."""
        port = int(self.sandbox.url.rsplit(":", 1)[1])
        await self.sandbox.stop()
        await gone
        self.sandbox = await opened(port)

    async def reopen(self) -> None:
        """Load the page and wait until it is live."""
        await self.page.goto(self.sandbox.url)
        await self.page.wait_for_selector("#link-state[data-state=live]")


async def opened(port: int = 0) -> Sandbox:
    """A running sandbox in which everybody has pressed Start."""
    sandbox = Sandbox(token=TOKEN)
    await sandbox.start(port=port)
    for person in (DANA, BOB, CAROL):
        sandbox.telegram.press_start(person)
    return sandbox


@asynccontextmanager
async def chromium() -> AsyncIterator[Any]:
    """The system's Chromium; skips the test when it cannot be had."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("chromium is not installed")
    async with playwright_api.async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        await browser.close()


@asynccontextmanager
async def open_stage(browser: Any) -> AsyncIterator[Stage]:
    """A fresh world and its page; in the end the page must have met no error."""
    async with aiohttp.ClientSession() as http:
        stage = Stage(await opened(), await browser.new_page(viewport=WIDE), http, [])
        stage.page.on("pageerror", lambda error: stage.problems.append(str(error)))
        stage.page.on("console", stage.note)
        await stage.reopen()
        yield stage
        await stage.page.close()
        await stage.sandbox.stop()
    assert stage.problems == []
