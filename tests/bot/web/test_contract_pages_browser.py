"""A contract's page in a real browser: read, filled in and signed by the keyboard alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from core.rosters.signatures import Signature
from tests.bot.web.browser import LOOKS, chromium, complaints, looking, tab_to
from tests.bot.web.conftest import Client, Serve
from tests.bot.web.test_invite_pages import front_of
from tests.cast import Cast
from tests.core.rostering import add, set_terms
from tests.core.test_signing_by_link import MAIL_ALONE, mailed

pytestmark = pytest.mark.browser


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[Any]:
    async with chromium() as browser:
        yield browser


@pytest.fixture
async def pages(serve: Serve, sqlite_cast: Cast) -> Client:
    return await serve(sqlite_cast.database, front=front_of(sqlite_cast, "http://usher.example"))


@pytest.mark.parametrize("look", LOOKS)
async def test_a_guardian_reads_and_signs(
    browser: Any, pages: Client, sqlite_cast: Cast, look: dict[str, Any]
) -> None:
    await set_terms(sqlite_cast, "Be fair.\n" + "Be kind to whoever loses. " * 40)
    token = await mailed(sqlite_cast, await add(sqlite_cast, "Mia Katz", MAIL_ALONE))
    async with looking(browser, **look) as page:
        await page.goto(str(pages.make_url(f"/contract/{token}")))
        assert await complaints(page, look) == []
        field = page.get_by_label("Your full name")
        await tab_to(page, field)
        await page.keyboard.type("Erin K. Katz")
        await tab_to(page, page.get_by_role("button", name="Sign the contract"))
        await page.keyboard.press("Enter")
        await page.get_by_role("heading", name="is signed").wait_for()
        assert await complaints(page, look) == []
    assert [row.name for row in await sqlite_cast.rows(Signature)] == ["Erin K. Katz"]
