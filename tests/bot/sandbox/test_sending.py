"""What a sent message carries beside its text."""

from typing import Any

import pytest

from tests.bot.sandbox.client import DANA, PNG, ROOM, Client


async def test_a_reply_carries_the_original(started: Client) -> None:
    said = started.sandbox.telegram.say(DANA, ROOM, "who?")
    sent = await started.call(
        "sendMessage", chat_id=ROOM, text="me", reply_parameters={"message_id": said.message_id}
    )
    assert sent["reply_to_message"]["text"] == "who?"


@pytest.mark.parametrize(
    "extra",
    [
        {"reply_parameters": {"message_id": 99, "allow_sending_without_reply": True}},
        {"reply_to_message_id": 99, "allow_sending_without_reply": True},
    ],
)
async def test_a_lost_original_can_be_done_without(started: Client, extra: dict[str, Any]) -> None:
    sent = await started.call("sendMessage", chat_id=DANA, text="me", **extra)
    assert "reply_to_message" not in sent


async def test_options_come_back(started: Client) -> None:
    preview = {"is_disabled": True}
    sent = await started.call(
        "sendMessage", chat_id=DANA, text="x", protect_content=True, link_preview_options=preview
    )
    assert (sent["has_protected_content"], sent["link_preview_options"]) == (True, preview)


async def test_a_photo_may_be_hidden(started: Client) -> None:
    files = started.sandbox.telegram.files
    photo = files.add("photo", PNG, name="x.png", mime_type="image/png")
    options = {"has_spoiler": True, "show_caption_above_media": True}
    sent = await started.call("sendPhoto", chat_id=DANA, photo=photo.id, **options)
    assert (sent["has_media_spoiler"], sent["show_caption_above_media"]) == (True, True)


async def test_typing_is_shown_to_nobody(started: Client) -> None:
    assert await started.call("sendChatAction", chat_id=DANA, action="typing") is True
    assert await started.look("ledger") == []


async def test_a_forwarded_card_keeps_its_author(started: Client) -> None:
    sent = await started.call("sendMessage", chat_id=DANA, text="card")
    world = started.sandbox.telegram
    first = world.forward(DANA, DANA, sent["message_id"], ROOM)
    world.forward(DANA, ROOM, first.message_id, DANA)
    last = (await started.updates())[-1]["message"]
    assert last["forward_origin"]["sender_user"]["id"] == 1000000001
