"""The whole bot beside WhatsApp: signed webhooks in, templates and answers out, receipts back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from bot.sandbox.server import (
    WHATSAPP_APP_SECRET,
    WHATSAPP_TOKEN,
    WHATSAPP_VERIFY_TOKEN,
    Sandbox,
)
from bot.sandbox.whatsapp.things import Message
from bot.sandbox.whatsapp.world import PHONE_ID
from core.deliveries import Delivery
from core.message_templates import MessageTemplate
from tests.faults.rig import BOB, DANA, Team, until, usher, variables


@pytest.fixture
def settings(sqlite_database_url: str, sandbox: Sandbox) -> dict[str, str]:
    given = variables(
        sqlite_database_url,
        sandbox,
        USHER_WHATSAPP_TOKEN=WHATSAPP_TOKEN,
        USHER_WHATSAPP_API_URL=sandbox.whatsapp_url,
        USHER_WHATSAPP_PHONE_NUMBER_ID=PHONE_ID,
        USHER_WHATSAPP_APP_SECRET=WHATSAPP_APP_SECRET,
        USHER_WHATSAPP_VERIFY_TOKEN=WHATSAPP_VERIFY_TOKEN,
    )
    sandbox.hooks.url = f"http://127.0.0.1:{given['USHER_HTTP_PORT']}/webhooks/whatsapp"
    return given


async def heard(sandbox: Sandbox, number: str, words: str) -> Message:
    """The club's message to that number that holds these words, once it is there."""

    def look() -> Message | None:
        sent = sandbox.whatsapp.sent_to(number)
        return next((one for one in sent if words in str(one.shown["text"])), None)

    message = await sandbox.telegram.wait_for(look, 30)
    assert message is not None
    return message


async def test_who_is_invited_by_number_joins_by_tapping_a_template(
    tigers: Team, sandbox: Sandbox, settings: dict[str, str]
) -> None:
    frank = sandbox.whatsapp.find("Frank").number
    async with usher(settings) as running:
        await until(running.is_ready)
        await until(lambda: tigers.cast.rows(MessageTemplate))
        for line in ("/newgroup Lions", f"/invite +{frank}"):
            sandbox.telegram.say(DANA, DANA, line)
        card = await heard(sandbox, frank, "invites you to")
        assert card.shown["template"] == "usher_invite"
        sandbox.whatsapp.tap(frank, card.id, card.shown["buttons"][0]["id"])
        await heard(sandbox, frank, "You are in")


@pytest.mark.fault(55)
async def test_receipts_reach_the_trail(
    tigers: Team, sandbox: Sandbox, settings: dict[str, str]
) -> None:
    frank = sandbox.whatsapp.find("Frank").number

    async def status() -> str:
        rows = [row for row in await tigers.cast.rows(Delivery) if row.channel == "whatsapp"]
        return rows[0].status.value if rows else ""

    async with usher(settings) as running:
        await until(running.is_ready)
        await until(lambda: tigers.cast.rows(MessageTemplate))
        for line in ("/newgroup Lions", f"/invite +{frank}"):
            sandbox.telegram.say(DANA, DANA, line)
        await heard(sandbox, frank, "invites you to")
        await until(lambda: _is(status, "delivered"))
        sandbox.whatsapp.read(frank)
        await until(lambda: _is(status, "read"))


@pytest.mark.fault(54)
async def test_while_whatsapp_refuses_us_telegram_goes_on(
    tigers: Team, sandbox: Sandbox, settings: dict[str, str]
) -> None:
    settings["USHER_WHATSAPP_TOKEN"] = "expired"
    async with usher(settings) as running:
        await until(running.is_ready)
        await tigers.accept(BOB)
        await tigers.welcomed("Bob")


async def _is(look: Callable[[], Awaitable[str]], wanted: str) -> bool:
    return await look() == wanted
