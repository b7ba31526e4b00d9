"""Links into Telegram rooms, made and ended as deliveries of the outbox."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.channels.telegram import TelegramChannel
from bot.notices import LinkEnd, LinkOrder, Notice
from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox
from bot.telegram_api import OutcomeUnknownError, TelegramBot
from bot.texts import Reader, say
from core.deliveries.errors import DeliveryError
from tests.bot.channels.test_telegram_acts import bot, sandbox
from tests.bot.sandbox.client import DANA, ROOM

__all__ = ["bot", "sandbox"]

READER = Reader("en", "UTC")
UNTIL = datetime(2100, 1, 1, tzinfo=UTC)


async def make(bot: TelegramBot, until: datetime | None = UNTIL) -> str:
    order = LinkOrder(1, "inv_kqwzrtnh_abcdefgh", until)
    made = await TelegramChannel(bot).send(str(ROOM), order, READER)
    assert made is not None
    return made


async def test_a_link_asks_us_about_who_comes_and_has_its_name_and_end(
    sandbox: Sandbox, bot: TelegramBot
) -> None:
    link = sandbox.telegram.room(ROOM).links[await make(bot)]
    assert (link.name, link.creates_join_request) == ("inv_kqwzrtnh_abcdefgh", True)
    assert link.expire_date == UNTIL.timestamp()
    assert sandbox.telegram.room(ROOM).links[await make(bot, None)].expire_date is None


async def test_a_link_that_is_ended_twice_is_ended_once(sandbox: Sandbox, bot: TelegramBot) -> None:
    url = await make(bot)
    for _ in range(2):
        assert await TelegramChannel(bot).send(str(ROOM), LinkEnd(url), READER) is None
    assert sandbox.telegram.room(ROOM).links[url].is_revoked


async def test_another_refusal_to_end_it_is_one(sandbox: Sandbox, bot: TelegramBot) -> None:
    sandbox.faults.add(Fault("revokeChatInviteLink", status=400, description="Bad Request: no"))
    with pytest.raises(DeliveryError, match="No"):
        await TelegramChannel(bot).send(str(ROOM), LinkEnd("https://t.me/+a"), READER)


class Silent:
    """A bot whose request left and was never answered."""

    async def create_chat_invite_link(self, chat_id: int, **terms: object) -> None:
        raise OutcomeUnknownError("no answer in time")


@pytest.mark.fault(33)
async def test_a_link_that_was_perhaps_made_is_made_again() -> None:
    channel = TelegramChannel(Silent())  # type: ignore[arg-type]
    with pytest.raises(DeliveryError) as refusal:
        await channel.send("-5", LinkOrder(1, "inv_kqwzrtnh_abcdefgh", None), READER)
    assert not refusal.value.uncertain
    assert not refusal.value.permanent


async def test_a_notice_shows_its_link_behind_a_button(sandbox: Sandbox, bot: TelegramBot) -> None:
    sandbox.telegram.press_start(DANA)
    notice = Notice(say("Well?"), url="https://t.me/+abc")
    await TelegramChannel(bot).send(str(DANA), notice, READER)
    (button,) = sandbox.telegram.messages(DANA)[-1].buttons()
    assert (button["text"], button["url"]) == ("Join the room", "https://t.me/+abc")
