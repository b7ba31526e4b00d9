"""Somebody's contact, shared in a private chat, comes onto the guest list, on each platform."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.ground import Ground
from bot.sandbox.server import Sandbox
from bot.shared_contacts import SharedContact, email_in, line_for
from bot.telegram_api import make_bot
from core.database import Database
from core.guests import Guest
from tests.bot.platforms.rigs import TelegramRig
from tests.bot.platforms.telegram.phones import DANA, TOKEN, fetch
from tests.bot.platforms.whatsapp.rig import whatsapp_rig
from tests.cast import Clock, rows

VCARD = "BEGIN:VCARD\nVERSION:3.0\nFN:Noa Bar\nTEL:+972501111111\nEMAIL:noa@x.org\nEND:VCARD\n"
EVENT = "/event Wedding"


@pytest.fixture
def ground(sqlite_database: Database, clock: Clock) -> Ground:
    return Ground(sqlite_database, clock)


def contact(name: str, phone: str, **more: Any) -> dict[str, Any]:
    """As the Cloud API tells one."""
    return {"name": {"formatted_name": name}, "phones": [{"phone": phone, **more}]}


@asynccontextmanager
async def shop(ground: Ground) -> AsyncIterator[tuple[TelegramRig, Sandbox]]:
    """Telegram, with the world that Dana's phone is in."""
    sandbox = Sandbox(TOKEN)
    await sandbox.start()
    bot = make_bot(TOKEN, sandbox.url)
    rig = TelegramRig(sandbox, bot, ground)
    await rig.telegram.start()
    await fetch(bot)
    yield rig, sandbox
    await rig.telegram.stop()
    await sandbox.stop()


async def say(rig: TelegramRig, text: str) -> None:
    rig.write(rig.dana, text)
    await work_off(rig)


async def work_off(rig: TelegramRig) -> None:
    for row in await rig.receive():
        await rig.platform.handle(row)


async def listed(ground: Ground) -> list[tuple[str, str | None, str | None]]:
    return [(one.name, one.phone, one.email) for one in await rows(ground.database, Guest)]


def test_one_is_added_and_several_are_a_list() -> None:
    dana, omer = SharedContact('Dana "x=1", Levi', "+972501111111"), SharedContact("Omer")
    assert line_for([dana]) == "/addguest Dana x 1 Levi, +972501111111"
    assert line_for([dana, omer]) == "/import\nDana x 1 Levi, +972501111111\nOmer"
    assert line_for([]) == line_for([SharedContact(" ")]) == ""


@pytest.mark.parametrize(("vcard", "email"), [(VCARD, "noa@x.org"), ("", None), (None, None)])
def test_a_card_that_comes_along_tells_the_address(vcard: str | None, email: str | None) -> None:
    assert email_in(vcard) == email


async def test_on_telegram_it_comes_with_number_and_address(ground: Ground) -> None:
    async with shop(ground) as (rig, sandbox):
        await say(rig, EVENT)
        sandbox.telegram.share_contact(DANA, "Noa Bar", "+972501111111", VCARD)
        await work_off(rig)
        assert "Noa Bar" in rig.heard(rig.dana)[-1]
    assert await listed(ground) == [("Noa Bar", "+972501111111", "noa@x.org")]


async def test_on_whatsapp_several_are_shown_first(ground: Ground) -> None:
    async with whatsapp_rig(ground) as rig:
        await rig.say(rig.dana, EVENT)
        number, shown = rig.account(rig.dana).number, {"text": "2 contacts"}
        noa = contact("Noa Bar", "050-111-1111", wa_id="972501111111")
        gil = contact("Gil", "+972502222222") | {"emails": [{"email": "gil@x.org"}]}
        rig.world.hear(number, "contacts", {"contacts": [noa]}, shown)
        await rig.work_off()
        assert await listed(ground) == [("Noa Bar", "+972501111111", None)]
        rig.world.hear(number, "contacts", {"contacts": [noa, gil]}, shown)
        await rig.work_off()
        assert "As they are already: 1" in rig.heard(rig.dana)[-1].replace("New: 1\n", "")
        rig.press(rig.dana, rig.buttons(rig.dana)[0])
        await rig.work_off()
    assert (await listed(ground))[1:] == [("Gil", "+972502222222", "gil@x.org")]
