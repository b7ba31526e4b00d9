"""`python -m tests.screenshots`: takes the pictures of our pages anew, for docs/images."""

from __future__ import annotations

import asyncio
import tempfile
from typing import Any

from aiohttp import web

from bot.metrics import Metrics
from bot.progress import Progress
from bot.web.site import create_service
from core.database import Database
from core.migrate import migrate
from tests.bot.sandbox.page_fixtures import chromium
from tests.bot.web.scenes import everything, set_scenes
from tests.cast import Cast, Clock, meet
from tests.house import ROOT

IMAGES = ROOT / "docs" / "images"
PHONE, DESK = {"width": 390, "height": 700}, {"width": 900, "height": 900}
# Each picture: which scene, how wide, in which light.
PICTURES: dict[str, tuple[str, dict[str, int], str]] = {
    "invite-page": ("invite", PHONE, "light"),
    "invite-page-dark": ("invite", PHONE, "dark"),
    "invite-ended": ("ended", PHONE, "light"),
    "answer-page": ("answer", PHONE, "light"),
    "contract-page": ("contract", PHONE, "light"),
    "unsubscribe-page": ("unsubscribe", PHONE, "light"),
    "sign-in-page": ("sign-in", PHONE, "dark"),
    "poster": ("poster", DESK, "light"),
    "reference": ("reference", DESK, "light"),
}


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{folder}/usher.db")
        try:
            await migrate(database)
            await _take(await meet(database, Clock()))
        finally:
            await database.close()


async def _take(cast: Cast) -> None:
    front, api = everything(cast)
    service = create_service(
        database=cast.database,
        progress=Progress(),
        metrics=Metrics(),
        now=cast.clock,
        stopping=api.stopping,
        api=api,
        front=front,
    )
    runner = web.AppRunner(service, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    root = f"http://127.0.0.1:{runner.addresses[0][1]}"
    scenes = await set_scenes(cast)
    async with chromium() as browser:
        for picture, (scene, size, light) in PICTURES.items():
            await _picture(browser, root + scenes[scene].path, picture, size, light)
        await _signed_in(browser, root, scenes["sign-in"].path)
        await _code_step(browser, root, scenes["invite"].path)
    await runner.cleanup()


async def _picture(browser: Any, url: str, name: str, size: dict[str, int], light: str) -> None:
    context = await browser.new_context(viewport=size, color_scheme=light, locale="en-GB")
    page = await context.new_page()
    await page.goto(url)
    await page.screenshot(path=IMAGES / f"{name}.png")
    await context.close()


async def _signed_in(browser: Any, root: str, path: str) -> None:
    context = await browser.new_context(viewport=PHONE, locale="en-GB")
    page = await context.new_page()
    await page.goto(root + path)
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_role("heading", name="Hello").wait_for()
    await page.screenshot(path=IMAGES / "my-page.png")
    await context.close()


async def _code_step(browser: Any, root: str, path: str) -> None:
    context = await browser.new_context(viewport=PHONE, locale="en-GB")
    page = await context.new_page()
    await page.goto(root + path)
    await page.get_by_label("Your name").fill("Dana")
    await page.get_by_label("e-mail").first.fill("dana@example.org")
    await page.get_by_role("button", name="Accept by e-mail code").click()
    await page.get_by_role("heading", name="Look into your mail").wait_for()
    await page.screenshot(path=IMAGES / "code-step.png")
    await context.close()


if __name__ == "__main__":
    asyncio.run(main())
