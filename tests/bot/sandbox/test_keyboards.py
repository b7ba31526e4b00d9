"""Keyboards in place of the letters, and people chosen for the bot."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bot.sandbox.client import BOB, CAROL, DANA, ROOM, Client
from tests.bot.sandbox.schema import problems

WANTED = {"request_id": 7, "max_quantity": 2, "request_name": True}
LONE = "Bad Request: users can be requested in private chats only"


def keyboard(wanted: Any = WANTED, **more: Any) -> dict[str, Any]:
    return {"keyboard": [[{"text": "Choose", "request_users": wanted}]], **more}


async def shown(client: Client, who: int = DANA) -> list[Any]:
    people = (await client.look("state"))["people"]
    return list(next(one["keyboard"] for one in people if one["id"] == who))


async def lay(client: Client, markup: dict[str, Any], chat: int = DANA) -> Any:
    return await client.call("sendMessage", chat_id=chat, text="Whom?", reply_markup=markup)


async def test_the_chosen_come_as_a_service_message_as_the_schema_has_it(started: Client) -> None:
    sent = await lay(started, keyboard())
    assert "reply_markup" not in sent
    await started.play("shares", user_id=DANA, request_id=7, people=[BOB, CAROL])
    message = (await started.updates())[-1]["message"]
    assert problems("Message", message, "message") == []
    assert message["users_shared"] == {
        "request_id": 7,
        "users": [
            {"user_id": BOB, "first_name": "Bob"},
            {"user_id": CAROL, "first_name": "Carol"},
        ],
    }


async def test_a_keyboard_for_one_use_is_gone_after_it(started: Client) -> None:
    await lay(started, keyboard(one_time_keyboard=True))
    await started.play("shares", user_id=DANA, request_id=7, people=[BOB])
    assert await shown(started) == []


async def test_another_keyboard_replaces_it_and_a_removal_takes_it_away(started: Client) -> None:
    await lay(started, keyboard())
    await lay(started, {"keyboard": [["Yes"]]})
    assert await shown(started) == [["Yes"]]
    await lay(started, {"remove_keyboard": True})
    assert await shown(started) == []


async def test_buttons_under_a_message_leave_the_keyboard_where_it_is(started: Client) -> None:
    await lay(started, {"keyboard": [["Yes"]]})
    await lay(started, {"inline_keyboard": [[{"text": "A", "callback_data": "a"}]]})
    assert await shown(started) == [["Yes"]]


async def test_in_a_room_nobody_can_be_asked_for(started: Client) -> None:
    markup = keyboard()
    params = {"chat_id": ROOM, "text": "Whom?", "reply_markup": markup}
    assert await started.refusal("sendMessage", **params) == LONE


@pytest.mark.parametrize(
    "wanted",
    [{}, {"request_id": 2**31}, {"request_id": "7"}, WANTED | {"max_quantity": 11}, "all"],
)
async def test_a_button_must_say_how_many_and_under_which_number(
    started: Client, wanted: Any
) -> None:
    params = {"chat_id": DANA, "text": "Whom?", "reply_markup": keyboard(wanted)}
    assert (await started.refusal("sendMessage", **params)).startswith("Bad Request: ")


@pytest.mark.parametrize(
    "people", [[], [BOB, CAROL, DANA], [999]], ids=["nobody", "too many", "unknown"]
)
async def test_a_phone_chooses_as_many_as_it_was_asked_for(
    started: Client, people: list[int]
) -> None:
    await lay(started, keyboard())
    with pytest.raises(ValueError, match=r"people|person"):
        started.sandbox.telegram.share(DANA, 7, people)


async def test_nobody_is_shared_without_being_asked_for(started: Client) -> None:
    with pytest.raises(ValueError, match="No button"):
        started.sandbox.telegram.share(DANA, 7, [BOB])


async def test_a_number_that_is_shown_is_the_sender_s_own(started: Client) -> None:
    asking = {"keyboard": [[{"text": "Show", "request_contact": True}]], "one_time_keyboard": True}
    await lay(started, asking)
    await started.play("numbers", user_id=DANA)
    message = (await started.updates())[-1]["message"]
    assert problems("Message", message, "message") == []
    assert (message["contact"]["user_id"], message["from"]["id"]) == (DANA, DANA)
    assert message["contact"]["phone_number"].startswith("12025550")
    assert await shown(started) == []


async def test_nobody_shows_a_number_that_was_not_asked_for(started: Client) -> None:
    with pytest.raises(ValueError, match="No button"):
        started.sandbox.telegram.show_number(DANA)
    markup = {"keyboard": [[{"text": "Show", "request_contact": True}]]}
    refusal = await started.refusal("sendMessage", chat_id=ROOM, text="x", reply_markup=markup)
    assert "private chats only" in refusal
