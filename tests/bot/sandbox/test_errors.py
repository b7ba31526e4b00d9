"""Calls that Telegram refuses, and its words for it."""

from typing import Any

import pytest

from tests.bot.sandbox.client import BOB, CAROL, DANA, ROOM, Client

LONG = "x" * 4097
SAD = "😢"


def _keyboard(**button: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[button]]}


SEND = [
    ({"chat_id": 999, "text": "x"}, "Bad Request: chat not found"),
    ({"chat_id": "@nobody", "text": "x"}, "Bad Request: chat not found"),
    ({"chat_id": -1, "text": "x"}, "Bad Request: chat not found"),
    ({"text": "x"}, "Bad Request: chat_id is empty"),
    ({"chat_id": DANA}, "Bad Request: message text is empty"),
    ({"chat_id": DANA, "text": " \n "}, "Bad Request: message text is empty"),
    (
        {"chat_id": DANA, "text": "<b> </b>", "parse_mode": "HTML"},
        "Bad Request: message text is empty",
    ),
    ({"chat_id": DANA, "text": LONG}, "Bad Request: message is too long"),
    ({"chat_id": DANA, "text": SAD * 2049}, "Bad Request: message is too long"),
    ({"chat_id": BOB, "text": "x"}, "Forbidden: bot can't initiate conversation with a user"),
    (
        {"chat_id": 1000000001, "text": "x"},
        "Forbidden: the bot can't send messages to the bot",
    ),
    ({"chat_id": DANA, "text": "x", "parse_mode": "WML"}, "Bad Request: unsupported parse_mode"),
    (
        {"chat_id": DANA, "text": "x", "reply_parameters": {"message_id": 99}},
        "Bad Request: message to be replied not found",
    ),
    (
        {"chat_id": ROOM, "text": "x", "message_thread_id": 7},
        "Bad Request: message thread not found",
    ),
]


@pytest.mark.parametrize(("params", "description"), SEND)
async def test_send_message_refuses(
    started: Client, params: dict[str, Any], description: str
) -> None:
    assert await started.refusal("sendMessage", **params) == description


PARSE_BUTTON = "Bad Request: can't parse inline keyboard button: "
MARKUP = [
    ("{", "Bad Request: can't parse reply keyboard markup JSON object"),
    ([], "Bad Request: object expected as reply markup"),
    ({"surprise": 1}, "Bad Request: object expected as reply markup"),
    (
        {"inline_keyboard": {}},
        'Bad Request: field "inline_keyboard" of the InlineKeyboardMarkup must be an Array',
    ),
    (
        {"inline_keyboard": [{}]},
        (
            'Bad Request: field "inline_keyboard" of the InlineKeyboardMarkup '
            "must be an Array of Arrays"
        ),
    ),
    ({"inline_keyboard": [[1]]}, "Bad Request: inline keyboard button must be an Object"),
    (_keyboard(callback_data="x"), PARSE_BUTTON + 'Can\'t find field "text"'),
    (_keyboard(text=1), PARSE_BUTTON + 'Field "text" must be of type String'),
    (_keyboard(text="A"), PARSE_BUTTON + "Text buttons are unallowed in the inline keyboard"),
    (
        _keyboard(text="A", callback_data=""),
        PARSE_BUTTON + "Text buttons are unallowed in the inline keyboard",
    ),
    (
        _keyboard(text="A", callback_data="a", url="https://example.com"),
        PARSE_BUTTON + "Exactly one action is allowed, found url and callback_data",
    ),
    (_keyboard(text="A", callback_data="x" * 65), "Bad Request: BUTTON_DATA_INVALID"),
    (_keyboard(text="A", callback_data="ä" * 33), "Bad Request: BUTTON_DATA_INVALID"),
    (
        _keyboard(text="A", url="http://localhost/x"),
        "Bad Request: inline keyboard button URL 'http://localhost/x' is invalid: Wrong HTTP URL",
    ),
    (
        _keyboard(text="A", url="ftp://example.com"),
        (
            "Bad Request: inline keyboard button URL 'ftp://example.com' is invalid: "
            "Unsupported URL protocol"
        ),
    ),
    (
        {"inline_keyboard": [[{"text": "A", "callback_data": "x"}] * 101]},
        "Bad Request: reply markup is too long",
    ),
    (
        {"keyboard": "x"},
        'Bad Request: field "keyboard" of the ReplyKeyboardMarkup must be an Array of Arrays',
    ),
]


@pytest.mark.attack(40)
@pytest.mark.parametrize(("markup", "description"), MARKUP)
async def test_keyboards_are_checked(started: Client, markup: Any, description: str) -> None:
    found = await started.refusal("sendMessage", chat_id=DANA, text="x", reply_markup=markup)
    assert found == description


@pytest.mark.parametrize(
    "markup",
    [
        _keyboard(text="A", callback_data="x" * 64),
        _keyboard(text="A", url="https://t.me/usher_sandbox_bot?start=j_x"),
        _keyboard(text="A", url="http://127.0.0.1:8080/i/x"),
        _keyboard(text="A", switch_inline_query=""),
        {"keyboard": [[{"text": "A"}]], "resize_keyboard": True},
        {"remove_keyboard": True},
        {"force_reply": True},
    ],
)
async def test_good_keyboards_pass(started: Client, markup: dict[str, Any]) -> None:
    sent = await started.call("sendMessage", chat_id=DANA, text="x", reply_markup=markup)
    assert sent.get("reply_markup", {}) == (markup if "inline_keyboard" in markup else {})


async def test_text_of_exactly_4096_units_passes(started: Client) -> None:
    sent = await started.call("sendMessage", chat_id=DANA, text=SAD * 2048)
    assert sent["text"] == SAD * 2048


async def test_length_counts_after_parsing(started: Client) -> None:
    text = "<b>" + "x" * 4096 + "</b>"
    sent = await started.call("sendMessage", chat_id=DANA, text=text, parse_mode="HTML")
    assert sent["entities"] == [{"type": "bold", "offset": 0, "length": 4096}]


@pytest.mark.fault(37)
async def test_a_blocked_bot_cannot_write(started: Client) -> None:
    started.sandbox.telegram.block(DANA)
    found = await started.refusal("sendMessage", chat_id=DANA, text="x")
    assert found == "Forbidden: bot was blocked by the user"


@pytest.mark.fault(37)
@pytest.mark.parametrize(
    ("status", "description"),
    [
        ("left", "Forbidden: bot is not a member of the supergroup chat"),
        ("kicked", "Forbidden: bot was kicked from the supergroup chat"),
        ("restricted", "Bad Request: not enough rights to send text messages to the chat"),
    ],
)
async def test_a_bot_outside_cannot_write(started: Client, status: str, description: str) -> None:
    started.sandbox.telegram.set_bot_status(ROOM, status)
    assert await started.refusal("sendMessage", chat_id=ROOM, text="x") == description


async def test_a_kicked_bot_of_a_basic_group_is_told_so(started: Client) -> None:
    world = started.sandbox.telegram
    room = world.add_room("Small", owner_id=DANA, kind="group", with_bot=True)
    world.set_bot_status(room.id, "kicked")
    found = await started.refusal("sendMessage", chat_id=room.id, text="x")
    assert found == "Forbidden: bot was kicked from the group chat"


async def test_a_room_that_the_bot_never_entered_is_unknown(started: Client) -> None:
    room = started.sandbox.telegram.add_room("Others", owner_id=BOB)
    for method in ("getChat", "getChatAdministrators", "getChatMemberCount", "leaveChat"):
        assert await started.refusal(method, chat_id=room.id) == "Bad Request: chat not found"


MISSING = [
    ("getChatMember", {"chat_id": ROOM}, "Bad Request: invalid user_id specified"),
    ("getChatMember", {"chat_id": ROOM, "user_id": 9999}, "Bad Request: user not found"),
    ("getChatMember", {"chat_id": DANA, "user_id": BOB}, "Bad Request: user not found"),
    (
        "getChatAdministrators",
        {"chat_id": DANA},
        "Bad Request: there are no administrators in the private chat",
    ),
    ("getFile", {"file_id": "x"}, "Bad Request: invalid file_id"),
    (
        "sendChatAction",
        {"chat_id": DANA, "action": "dance"},
        "Bad Request: wrong parameter action in request",
    ),
    (
        "banChatMember",
        {"chat_id": DANA, "user_id": CAROL},
        "Bad Request: method is available for supergroup and channel chats only",
    ),
]


@pytest.mark.parametrize(("method", "params", "description"), MISSING)
async def test_other_methods_refuse(
    started: Client, method: str, params: dict[str, Any], description: str
) -> None:
    assert await started.refusal(method, **params) == description
