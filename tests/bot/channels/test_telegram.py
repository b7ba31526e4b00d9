"""A Notice as a Telegram message, and each refusal in the outbox's own terms."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot import telegram_api
from bot.channels.telegram import TelegramChannel
from bot.notices import Admission, Notice, Rewrite
from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox
from bot.telegram_api import AiohttpRequest, TelegramBot, make_bot
from bot.texts import Reader, lines, say
from core.deliveries.errors import DeliveryError
from tests.bot.platforms.telegram.phones import BOB, DANA, ROOM, TOKEN, texts

READER = Reader("en", "UTC")
NOTICE = Notice(
    lines(
        say("Welcome {person} to <b>{group}</b>!", person="<b>", group="A & B"), say("Say hello.")
    )
)
PAGE = "<html><body>Bad Gateway</body></html>"


@pytest.fixture
def channel(bot: TelegramBot) -> TelegramChannel:
    return TelegramChannel(bot)


async def _refused(channel: TelegramChannel, chat: int = ROOM) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await channel.send(str(chat), NOTICE, READER)
    assert TOKEN.partition(":")[2] not in f"{caught.value!r} {caught.value.__cause__!r}"
    return caught.value


async def _outcome(channel: TelegramChannel) -> str:
    try:
        await channel.send(str(ROOM), NOTICE, READER)
    except DeliveryError as error:
        return _kind(error)
    return "sent"


def _kind(error: DeliveryError) -> str:
    flags = {
        "later": error.retry_after_s is not None,
        "moved": error.moved_to is not None,
        "unreachable": error.unreachable,
        "permanent": error.permanent,
        "uncertain": error.uncertain,
    }
    return " ".join(name for name, is_set in flags.items() if is_set) or "again"


async def test_a_notice_arrives_marked_up_and_with_its_id(
    channel: TelegramChannel, sandbox: Sandbox
) -> None:
    sent_id = await channel.send(str(ROOM), NOTICE, READER)
    said = sandbox.telegram.messages(ROOM)[-1]
    assert sent_id == str(said.message_id)
    assert said.text == "Welcome \u2068<b>\u2069 to \u2068A & B\u2069!\nSay hello."
    assert [entity["type"] for entity in said.entities] == ["bold"]


@pytest.mark.fault(31)
async def test_a_wait_that_telegram_names_is_kept(
    channel: TelegramChannel, sandbox: Sandbox
) -> None:
    sandbox.faults.add(Fault("sendMessage", status=429, parameters={"retry_after": 37}))
    assert (await _refused(channel)).retry_after_s == 37


@pytest.mark.fault(31)
async def test_the_real_limits_name_their_wait(channel: TelegramChannel, sandbox: Sandbox) -> None:
    sandbox.limits.switch(enabled=True)
    kinds = [await _outcome(channel) for _ in range(25)]
    assert kinds[0] == "sent"
    assert kinds[-1] == "later"


SCRIPTED = [
    pytest.param({"status": 429}, "again", marks=pytest.mark.fault(32)),
    pytest.param({"body": PAGE}, "again", marks=pytest.mark.fault(32)),
    pytest.param({"body": PAGE, "status": 502}, "again", marks=pytest.mark.fault(32)),
    pytest.param({"body": ""}, "again", marks=pytest.mark.fault(32)),
    pytest.param({"status": 500}, "again", marks=pytest.mark.fault(13)),
    pytest.param({"status": 401, "description": "Unauthorized"}, "again"),
    pytest.param({"status": 404, "description": "Not Found"}, "again"),
    pytest.param({"status": 409, "description": "Conflict: terminated"}, "again"),
    pytest.param(
        {"status": 400, "description": "Bad Request: message text is empty"},
        "permanent",
        marks=pytest.mark.fault(35),
    ),
    pytest.param(
        {"status": 400, "description": "Bad Request: message thread not found"},
        "permanent",
        marks=pytest.mark.fault(38),
    ),
    pytest.param(
        {"status": 400, "description": "Bad Request: chat not found"},
        "unreachable permanent",
        marks=pytest.mark.fault(37),
    ),
    pytest.param(
        {"status": 403, "description": "Forbidden: user is deactivated"},
        "unreachable permanent",
        marks=pytest.mark.fault(37),
    ),
    pytest.param({"drop": "after"}, "uncertain", marks=pytest.mark.fault(33)),
    pytest.param({"drop": "before"}, "uncertain", marks=pytest.mark.fault(33)),
]


@pytest.mark.parametrize(("script", "kind"), SCRIPTED)
async def test_each_refusal_means_one_thing_and_is_one_call(
    channel: TelegramChannel, sandbox: Sandbox, script: dict[str, Any], kind: str
) -> None:
    sandbox.faults.add(Fault("sendMessage", times=2, **script))
    assert _kind(await _refused(channel)) == kind
    assert sandbox.faults.take("sendMessage", ROOM) is not None
    assert sandbox.faults.take("sendMessage", ROOM) is None


@pytest.mark.fault(33)
async def test_an_answer_that_never_comes_leaves_one_message_and_a_doubt(
    channel: TelegramChannel, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telegram_api, "READ_TIMEOUT_S", 0.1)
    sandbox.faults.add(Fault("sendMessage", delay_s=0.5))
    assert _kind(await _refused(channel)) == "uncertain"
    assert len(texts(sandbox, ROOM)) == 1


@pytest.mark.fault(34)
async def test_a_refused_connection_is_tried_again_without_doubt() -> None:
    request = AiohttpRequest(connections=1)
    await request.initialize()
    nobody_listens = TelegramBot(TOKEN, base_url="http://127.0.0.1:9/bot", request=request)
    assert _kind(await _refused(TelegramChannel(nobody_listens))) == "again"
    await request.shutdown()


@pytest.fixture
async def narrow(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TelegramBot]:
    """A bot with a single connection, and little patience for it."""
    monkeypatch.setattr(telegram_api, "CONNECT_TIMEOUT_S", 0.1)
    monkeypatch.setattr(telegram_api, "AiohttpRequest", lambda **_: AiohttpRequest(connections=1))
    async with make_bot(TOKEN, sandbox.url) as bot:
        yield bot


@pytest.mark.fault(34)
async def test_a_full_pool_is_tried_again_without_doubt(
    narrow: TelegramBot, sandbox: Sandbox
) -> None:
    channel = TelegramChannel(narrow)
    sandbox.faults.add(Fault("sendMessage", delay_s=0.5))
    slow = asyncio.create_task(channel.send(str(ROOM), NOTICE, READER))
    await sandbox.telegram.wait_for(lambda: texts(sandbox, ROOM), timeout=5)
    assert _kind(await _refused(channel)) == "again"
    assert await slow
    assert len(texts(sandbox, ROOM)) == 1


@pytest.mark.fault(36)
async def test_a_room_that_became_a_supergroup_names_its_new_address(
    channel: TelegramChannel, sandbox: Sandbox
) -> None:
    old = sandbox.telegram.add_room("Small room", owner_id=DANA, kind="group", with_bot=True)
    new = sandbox.telegram.migrate(old.id)
    error = await _refused(channel, old.id)
    assert (_kind(error), error.moved_to) == ("moved", str(new.id))


@pytest.mark.fault(37)
async def test_who_never_pressed_start_is_unreachable(channel: TelegramChannel) -> None:
    assert _kind(await _refused(channel, BOB)) == "unreachable permanent"


@pytest.mark.fault(37)
async def test_who_blocked_us_is_unreachable_until_they_come_back(
    channel: TelegramChannel, sandbox: Sandbox
) -> None:
    sandbox.telegram.press_start(DANA)
    sandbox.telegram.block(DANA)
    assert _kind(await _refused(channel, DANA)) == "unreachable permanent"
    sandbox.telegram.unblock(DANA)
    assert await channel.send(str(DANA), NOTICE, READER)


@pytest.mark.fault(37)
@pytest.mark.parametrize("status", ["kicked", "left"])
async def test_a_room_that_we_were_thrown_out_of_is_unreachable(
    channel: TelegramChannel, sandbox: Sandbox, status: str
) -> None:
    sandbox.telegram.set_bot_status(ROOM, status)
    assert _kind(await _refused(channel)) == "unreachable permanent"


@pytest.mark.fault(15)
async def test_one_room_that_fails_leaves_the_others(
    channel: TelegramChannel, sandbox: Sandbox
) -> None:
    other = sandbox.telegram.add_room("Other room", owner_id=DANA, with_bot=True)
    sandbox.faults.add(Fault("sendMessage", times=9, status=500, chat_id=ROOM))
    assert _kind(await _refused(channel)) == "again"
    assert await channel.send(str(other.id), NOTICE, READER)


@pytest.mark.fault(38)
async def test_a_closed_topic_is_refused_for_good_and_the_room_is_not_lost(
    channel: TelegramChannel, sandbox: Sandbox
) -> None:
    closed = Fault("sendMessage", status=400, description="Bad Request: TOPIC_CLOSED")
    sandbox.faults.add(closed)
    error = await _refused(channel)
    assert (error.permanent, error.unreachable, error.lacks_rights) == (True, False, False)


@pytest.mark.fault(33)
@pytest.mark.parametrize("drop", ["before", "after"])
async def test_an_act_with_an_unknown_outcome_is_tried_again(
    channel: TelegramChannel, sandbox: Sandbox, drop: str
) -> None:
    room = sandbox.telegram.live_room(ROOM)
    link = sandbox.telegram.add_link(ROOM, DANA, creates_join_request=True)
    sandbox.telegram.open_link(BOB, link.url)
    sandbox.faults.add(Fault("approveChatJoinRequest", drop=drop))
    with pytest.raises(DeliveryError) as caught:
        await channel.send(str(ROOM), Admission(str(BOB), let_in=True), READER)
    assert (caught.value.uncertain, caught.value.permanent) == (False, False)
    assert (room.member(BOB).status == "member") == (drop == "after")
    await channel.send(str(ROOM), Admission(str(BOB), let_in=True), READER)
    assert room.member(BOB).status == "member"


@pytest.mark.fault(49)
@pytest.mark.parametrize("words", ["message is not modified", "message to edit not found"])
async def test_a_card_that_can_t_change_any_more_is_done(
    channel: TelegramChannel, sandbox: Sandbox, words: str
) -> None:
    fault = Fault("editMessageText", status=400, description=f"Bad Request: {words}")
    sandbox.faults.add(fault)
    await channel.send(str(ROOM), Rewrite(("1",), say("Decided.")), READER)
    assert fault.times == 0


async def test_a_room_that_refuses_its_link_does_not_cost_the_person(
    channel: TelegramChannel, sandbox: Sandbox
) -> None:
    sandbox.telegram.press_start(101)
    sandbox.telegram.set_bot_status(ROOM, "kicked", by=101)
    with pytest.raises(DeliveryError, match="no way in") as caught:
        await channel.send("101", Notice(say("Come in."), door=str(ROOM)), READER)
    assert (caught.value.unreachable, caught.value.moved_to) == (False, None)
