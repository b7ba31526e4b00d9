"""The WhatsApp phone beside the others."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from bot.sandbox.whatsapp.world import World
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


def send(world: World, kind: str, content: dict[str, Any]) -> None:
    """The club writes to Dana."""
    dana = world.find("Dana")
    dana.wrote_at = world.now()
    world.progress(world.deliver(dana, kind, {kind: content}))


async def test_what_is_typed_is_written_to_the_club(stage: Stage) -> None:
    await stage.field("whatsapp").fill("/start")
    await stage.field("whatsapp").press("Enter")
    await expect(stage.phone("whatsapp").locator(".mine .text")).to_contain_text("/start")
    assert stage.sandbox.whatsapp.messages[-1].content == {"text": {"body": "/start"}}


async def test_a_button_of_a_template_is_tapped(stage: Stage) -> None:
    world = stage.sandbox.whatsapp
    names = {"inviter": "Alice", "group": "Tigers", "role": "member"}
    fields = [{"type": "text", "parameter_name": n, "text": v} for n, v in names.items()]
    template = {"name": "usher_invite", "language": {"code": "en"}}
    send(world, "template", {**template, "components": [{"type": "body", "parameters": fields}]})
    phone = stage.phone("whatsapp")
    await expect(phone.locator(".theirs .text")).to_contain_text("Alice invites you to Tigers")
    await phone.get_by_role("button", name="Accept").click()
    await expect(phone.locator(".mine .text")).to_contain_text("Accept")
    assert world.messages[-1].type == "button"


async def test_ticks_show_how_far_a_message_came(stage: Stage) -> None:
    world = stage.sandbox.whatsapp
    send(world, "text", {"body": "Hello"})
    shown = stage.phone("whatsapp").locator(".theirs .meta")
    await expect(shown).to_contain_text("✓✓")
    await stage.phone("whatsapp").get_by_role("button", name="WhatsApp menu").click()
    await stage.page.get_by_role("menuitem", name="Read everything").click()
    await expect(shown).to_contain_text("✓✓ read")


async def test_each_person_has_a_talk_of_their_own(stage: Stage) -> None:
    send(stage.sandbox.whatsapp, "text", {"body": "Hello"})
    phone = stage.phone("whatsapp")
    await expect(phone.locator(".message")).to_have_count(1)
    await phone.get_by_label("Speak as").select_option(stage.sandbox.whatsapp.find("Erin").number)
    await expect(phone.locator(".message")).to_have_count(0)


async def test_markup_from_outside_stays_text(stage: Stage) -> None:
    send(stage.sandbox.whatsapp, "text", {"body": "<img src=x onerror=alert(1)> https://a.test/b"})
    shown = stage.phone("whatsapp").locator(".theirs .text")
    await expect(shown).to_contain_text("<img src=x onerror=alert(1)>")
    await expect(shown.locator("a")).to_have_attribute("href", "https://a.test/b")
