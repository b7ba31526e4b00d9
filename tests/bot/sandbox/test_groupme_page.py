"""The GroupMe phone beside the Telegram ones."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.bot.sandbox.page_fixtures import Stage, chromium, open_stage, playwright_api

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
expect = playwright_api.expect


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Any]:
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def stage(browser: Any) -> AsyncIterator[Stage]:
    async with open_stage(browser) as stage:
        yield stage


async def test_what_is_typed_is_said_in_the_group(stage: Stage) -> None:
    world = stage.sandbox.groupme
    await stage.field("groupme").fill("/bind")
    await stage.field("groupme").press("Enter")
    await expect(stage.phone("groupme").locator(".mine .text")).to_contain_text("/bind")
    [post] = world.posts(world.find_group("Tigers").id)
    assert (post.name, post.text) == ("Dana", "/bind")


async def test_a_number_is_answered_by_a_tap(stage: Stage) -> None:
    world = stage.sandbox.groupme
    group = world.find_group("Tigers")
    bot = world.add_bot(group.id, "")
    told = "Which one?\n\nReply 2 – Lions"
    world.say(group, bot.bot_id, told, sender_type="bot", name="Usher")
    await stage.phone("groupme").get_by_role("button", name="Reply 2 – Lions").click()
    await expect(stage.phone("groupme").locator(".mine .text")).to_contain_text("2")


async def test_who_joins_by_the_link_is_told_of(stage: Stage) -> None:
    phone = stage.phone("groupme")
    for item in ("Turn the share link on", "Frank joins by the link"):
        await phone.get_by_role("button", name="Group menu").click()
        await stage.page.get_by_role("menuitem", name=item).click()
    await expect(phone.locator(".service")).to_have_text("Frank has joined the group")


async def test_the_private_talk_is_one_s_own(stage: Stage) -> None:
    phone, world = stage.phone("groupme"), stage.sandbox.groupme
    await phone.get_by_role("button", name="Club account").click()
    await stage.field("groupme").fill("/start")
    await stage.field("groupme").press("Enter")
    await expect(phone.locator(".mine .text")).to_contain_text("/start")
    await phone.get_by_label("Speak as").select_option(world.find_account("Erin").id)
    await expect(phone.locator(".message")).to_have_count(0)


async def test_markup_from_outside_stays_text(stage: Stage) -> None:
    world = stage.sandbox.groupme
    group, erin = world.find_group("Tigers"), world.find_account("Erin")
    world.say(group, erin.id, "<img src=x onerror=alert(1)> https://example.org/a")
    shown = stage.phone("groupme").locator(".theirs .text")
    await expect(shown).to_contain_text("<img src=x onerror=alert(1)>")
    await expect(shown.locator("a")).to_have_attribute("href", "https://example.org/a")
