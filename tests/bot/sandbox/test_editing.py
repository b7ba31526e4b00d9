"""Changing, deleting, and answering taps."""

from typing import Any

import pytest

from tests.bot.sandbox.client import BOB, DANA, ROOM, Client
from tests.bot.sandbox.conftest import Clock

YES = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}
NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup "
    "are exactly the same as a current content and reply markup of the message"
)
TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


async def _card(client: Client, **more: Any) -> dict[str, Any]:
    """A message of the bot to Dana with one button."""
    sent = await client.call("sendMessage", chat_id=DANA, text="card", reply_markup=YES, **more)
    return {"chat_id": DANA, "message_id": sent["message_id"]}


async def test_an_edit_changes_text_and_takes_the_buttons_away(started: Client) -> None:
    edited = await started.call("editMessageText", **await _card(started), text="done")
    assert edited["text"] == "done"
    assert "reply_markup" not in edited
    assert edited["edit_date"] == edited["date"]


@pytest.mark.fault(49)
async def test_the_same_again_is_refused(started: Client) -> None:
    place = await _card(started)
    same = {"text": "card", "reply_markup": YES}
    assert await started.refusal("editMessageText", **place, **same) == NOT_MODIFIED
    assert await started.refusal("editMessageReplyMarkup", **place, reply_markup=YES) == (
        NOT_MODIFIED
    )


async def test_only_the_buttons_may_change(started: Client) -> None:
    place = await _card(started)
    edited = await started.call("editMessageReplyMarkup", **place)
    assert (edited["text"], "reply_markup" in edited) == ("card", False)


async def test_other_keyboards_cannot_be_edited_in(started: Client) -> None:
    place = await _card(started)
    found = await started.refusal(
        "editMessageText", **place, text="x", reply_markup={"force_reply": True}
    )
    assert found == "Bad Request: inline keyboard expected"


async def test_wrong_messages_are_refused(started: Client) -> None:
    said = started.sandbox.telegram.say(DANA, DANA, "mine").message_id
    for message_id, reason in (
        (None, "message identifier is not specified"),
        (999, "message to edit not found"),
        (said, "message can't be edited"),
    ):
        params = {"chat_id": DANA, "message_id": message_id, "text": "x"}
        assert await started.refusal("editMessageText", **params) == f"Bad Request: {reason}"


async def test_a_text_has_no_caption(started: Client) -> None:
    found = await started.refusal("editMessageCaption", **await _card(started), caption="x")
    assert found == "Bad Request: there is no caption in the message to edit"


async def test_the_bot_deletes_its_own_message(started: Client) -> None:
    place = await _card(started)
    assert await started.call("deleteMessage", **place) is True
    found = await started.refusal("deleteMessage", **place)
    assert found == "Bad Request: message to delete not found"


async def test_without_the_right_others_messages_stay(started: Client) -> None:
    said = started.sandbox.telegram.say(DANA, ROOM, "mine")
    place = {"chat_id": ROOM, "message_id": said.message_id}
    found = await started.refusal("deleteMessage", **place)
    assert found == "Bad Request: message can't be deleted"
    started.sandbox.telegram.set_bot_status(ROOM, "administrator", {"can_delete_messages": True})
    assert await started.call("deleteMessage", **place) is True


async def test_old_messages_stay(started: Client, clock: Clock) -> None:
    place = await _card(started)
    clock.advance(48 * 3600 + 1)
    found = await started.refusal("deleteMessage", **place)
    assert found == "Bad Request: message can't be deleted"


async def test_a_tap_arrives_with_its_message(started: Client) -> None:
    place = await _card(started)
    started.sandbox.telegram.tap(DANA, DANA, place["message_id"], "y")
    [update] = await started.updates()
    query = update["callback_query"]
    assert (query["data"], query["from"]["id"]) == ("y", DANA)
    assert query["message"]["reply_markup"] == YES


async def test_a_tap_on_a_room_message_arrives_from_its_person(started: Client) -> None:
    sent = await started.call("sendMessage", chat_id=ROOM, text="vote", reply_markup=YES)
    started.sandbox.telegram.tap(DANA, ROOM, sent["message_id"], "y")
    [update] = await started.updates()
    assert update["callback_query"]["message"]["chat"]["id"] == ROOM


@pytest.mark.fault(49)
async def test_a_tap_is_answered_once(started: Client) -> None:
    place = await _card(started)
    number = started.sandbox.telegram.tap(DANA, DANA, place["message_id"], "y")
    answer = {"callback_query_id": number, "text": "thanks", "show_alert": True}
    assert await started.call("answerCallbackQuery", **answer) is True
    assert await started.refusal("answerCallbackQuery", **answer) == TOO_OLD
    [given] = started.sandbox.telegram.answers(number)
    assert (given.text, given.show_alert, given.url) == ("thanks", True, None)


@pytest.mark.fault(49)
async def test_unknown_and_old_taps_cannot_be_answered(started: Client, clock: Clock) -> None:
    place = await _card(started)
    number = started.sandbox.telegram.tap(DANA, DANA, place["message_id"], "y")
    clock.advance(601)
    for query in ("77", number):
        found = await started.refusal("answerCallbackQuery", callback_query_id=query)
        assert found == TOO_OLD


@pytest.mark.parametrize(
    ("extra", "reason"),
    [({"text": "x" * 201}, "MESSAGE_TOO_LONG"), ({"url": "http://localhost/"}, "URL_INVALID")],
)
async def test_answers_have_bounds(started: Client, extra: dict[str, str], reason: str) -> None:
    place = await _card(started)
    number = started.sandbox.telegram.tap(DANA, DANA, place["message_id"], "y")
    found = await started.refusal("answerCallbackQuery", callback_query_id=number, **extra)
    assert found == f"Bad Request: {reason}"


async def test_nobody_else_taps_in_a_private_chat(started: Client) -> None:
    place = await _card(started)
    for user_id, data in ((BOB, "y"), (DANA, ""), (DANA, "x" * 65)):
        with pytest.raises(ValueError, match=r"private chat|1 to 64 bytes"):
            started.sandbox.telegram.tap(user_id, DANA, place["message_id"], data)
