"""The mailbox beside the phones."""

from collections.abc import AsyncIterator
from email.message import EmailMessage
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


def arrive(stage: Stage, subject: str) -> None:
    mail = EmailMessage()
    mail["Subject"] = subject
    mail.set_content("Come!")
    html = "<html><head></head><body><a href='https://example.org/i/x'>Come!</a></body></html>"
    mail.add_alternative(html, subtype="html")
    stage.sandbox.mailbox.arrive("usher@x.example", "erin@example.org", mail.as_bytes())


async def test_a_mail_shows_as_soon_as_it_comes(stage: Stage) -> None:
    arrive(stage, "Dana invites you")
    mail = stage.phone("mail").locator(".mail")
    await expect(mail.locator(".subject")).to_have_text("Dana invites you")
    link = mail.locator("iframe").content_frame.get_by_role("link", name="Come!")
    await expect(link).to_have_attribute("href", "https://example.org/i/x")


async def test_the_latest_is_open_and_markup_in_a_subject_stays_text(stage: Stage) -> None:
    arrive(stage, "First")
    arrive(stage, "<img src=x onerror=alert(1)>")
    mails = stage.phone("mail").locator(".mail")
    await expect(mails).to_have_count(2)
    await expect(mails.locator("iframe")).to_have_count(1)
    await expect(mails.nth(1).locator(".subject")).to_have_text("<img src=x onerror=alert(1)>")


async def test_an_empty_mailbox_says_what_to_type(stage: Stage) -> None:
    await stage.phone("mail").get_by_role("button", name="/invite dana@example.org").click()
    await expect(stage.field("Dana")).to_have_value("/invite dana@example.org")
