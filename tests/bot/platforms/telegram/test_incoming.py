"""Telegram's messages and taps -> Incoming."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import CallbackQuery, Message

from bot.command import Doubt, Incoming, Place
from bot.platforms.telegram.incoming import from_message, from_tap

PRIVATE = {"id": 7, "type": "private", "first_name": "Dana"}
ROOM = {"id": -1007, "type": "supergroup", "title": "Tigers room"}
DANA = {"id": 7, "is_bot": False, "first_name": "Dana", "last_name": "Roe", "username": "Dana_R"}
BOT = {"id": 1, "is_bot": True, "first_name": "Usher", "username": "Usher_Bot"}
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
TELEGRAM = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
CHANNEL_BOT = {"id": 136817688, "is_bot": True, "first_name": "Channel"}
FORWARDED = {"type": "hidden_user", "date": 1, "sender_user_name": "Eve"}


def _message(text: str | None, sender: Any, **fields: Any) -> Message:
    """Without entities: what is a command is decided by the text alone."""
    data: dict[str, Any] = {"message_id": 5, "date": 1, "chat": PRIVATE, "from": sender}
    found = Message.de_json(data | ({"text": text} if text is not None else {}) | fields, None)
    assert found is not None
    return found


def _heard(
    text: str | None = "/help", *, edited: bool = False, sender: Any = DANA, **fields: Any
) -> Incoming | None:
    message = _message(text, sender, **fields)
    return from_message(message, bot_username="Usher_Bot", edited=edited)


def _tapped(data: str | None, **fields: Any) -> Incoming | None:
    message = {"message_id": 5, "date": 1, "chat": PRIVATE, "from": BOT, "text": "card"}
    raw = {"id": "1", "from": DANA, "chat_instance": "1", "data": data, "message": message}
    query = CallbackQuery.de_json(raw | fields, None)
    assert query is not None
    return from_tap(query, inbox_id=3)


def test_a_private_message_tells_who_says_what_where() -> None:
    heard = _heard("/start j_abc", sender=DANA | {"language_code": "pt-br"})
    assert heard is not None
    assert (heard.line, heard.pressed, heard.doubt, heard.addressed) == (
        "/start j_abc",
        False,
        None,
        False,
    )
    assert (heard.sender.key(), heard.sender.name) == ("telegram:7", "Dana Roe")
    assert (heard.sender.username, heard.sender.locale) == ("Dana_R", "pt-br")
    assert (heard.room.address, heard.room.place) == ("7", Place.PRIVATE)


@pytest.mark.parametrize("kind", ["group", "supergroup"])
def test_groups_of_both_sorts_are_rooms(kind: str) -> None:
    heard = _heard(chat=ROOM | {"type": kind})
    assert heard is not None
    assert (heard.room.place, heard.room.title) == (Place.ROOM, "Tigers room")
    assert heard.room.address == "-1007"


@pytest.mark.parametrize("kind", ["channel", "sender", "something-new"])
def test_any_other_sort_of_chat_is_left_alone(kind: str) -> None:
    assert _heard(chat=ROOM | {"type": kind}) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"photo": [], "caption": "/help"},
        {"caption": "/help"},
        {"new_chat_members": [BOT]},
        {"sticker": None},
    ],
)
def test_a_message_without_text_is_no_command(fields: dict[str, Any]) -> None:
    assert _heard(None, **fields) is None


def test_a_message_without_a_sender_is_left_alone() -> None:
    assert _heard(sender=None) is None


@pytest.mark.fault(53)
def test_other_bots_are_not_listened_to() -> None:
    assert _heard(sender=BOT) is None
    assert _heard(sender=BOT | {"id": 99, "username": "other_bot"}, chat=ROOM) is None


@pytest.mark.parametrize("mention", ["Usher_Bot", "usher_bot", "USHER_BOT"])
def test_our_name_is_ours_in_any_case(mention: str) -> None:
    heard = _heard(f"/help@{mention} me", chat=ROOM)
    assert heard is not None
    assert heard.addressed


@pytest.mark.parametrize("mention", ["other_bot", "usher_bot2", "usher"])
@pytest.mark.parametrize("chat", [PRIVATE, ROOM])
def test_a_command_to_another_bot_is_ignored(mention: str, chat: dict[str, Any]) -> None:
    assert _heard(f"/help@{mention}", chat=chat) is None


@pytest.mark.attack(42)
def test_an_edited_message_is_marked() -> None:
    heard = _heard(edited=True)
    assert heard is not None
    assert heard.doubt is Doubt.EDITED


@pytest.mark.attack(42)
def test_a_forwarded_message_is_marked() -> None:
    heard = _heard(forward_origin=FORWARDED)
    assert heard is not None
    assert heard.doubt is Doubt.FORWARDED


@pytest.mark.attack(42)
def test_a_reply_that_quotes_a_command_is_not_that_command() -> None:
    quoted = {"message_id": 4, "date": 1, "chat": PRIVATE, "from": DANA, "text": "/leave"}
    heard = _heard(
        "what is this?", reply_to_message=quoted, quote={"text": "/leave", "position": 0}
    )
    assert heard is not None
    assert heard.line == "what is this?"


@pytest.mark.attack(38)
@pytest.mark.parametrize(
    "fields",
    [
        {"sender": ANONYMOUS, "sender_chat": ROOM},
        {"sender": ANONYMOUS},
        {"sender": TELEGRAM, "sender_chat": {"id": -9, "type": "channel", "title": "News"}},
        {"sender": TELEGRAM},
        {"sender": CHANNEL_BOT, "sender_chat": {"id": -9, "type": "channel", "title": "News"}},
        {"sender": DANA, "sender_chat": ROOM},
    ],
)
def test_whoever_hides_behind_a_chat_is_doubted(fields: dict[str, Any]) -> None:
    heard = _heard(chat=ROOM, **fields)
    assert heard is not None
    assert heard.doubt is Doubt.ANONYMOUS


def test_a_tap_is_the_line_of_its_button_by_who_pressed_it() -> None:
    heard = _tapped("/accept inv_abcdefgh")
    assert heard is not None
    assert (heard.line, heard.pressed, heard.inbox_id) == ("/accept inv_abcdefgh", True, 3)
    assert heard.sender.key() == "telegram:7"


@pytest.mark.attack(38)
def test_a_tap_shows_who_an_anonymous_admin_is() -> None:
    message = {"message_id": 5, "date": 1, "chat": ROOM, "from": BOT, "text": "card"}
    heard = _tapped("/bind group=1", message=message)
    assert heard is not None
    assert (heard.doubt, heard.sender.address, heard.room.place) == (None, "7", Place.ROOM)


@pytest.mark.attack(40)
@pytest.mark.parametrize(
    "data", [None, "", "accept", "v1:accept:5", "/" + "x" * 64, "/" + "ü" * 32]
)
def test_foreign_data_is_nothing_that_was_said(data: str | None) -> None:
    heard = _tapped(data)
    assert heard is not None
    assert heard.line == ""


def test_a_message_that_telegram_no_longer_shows_still_has_buttons() -> None:
    heard = _tapped("/members", message={"message_id": 5, "date": 0, "chat": ROOM})
    assert heard is not None
    assert heard.room.address == "-1007"


@pytest.mark.parametrize(
    "message",
    [None, {"message_id": 5, "date": 1, "chat": {"id": -9, "type": "channel", "title": "News"}}],
)
def test_a_tap_outside_our_chats_is_left_alone(message: dict[str, Any] | None) -> None:
    assert _tapped("/help", message=message) is None


@pytest.mark.parametrize("scheme", ["https://", "http://", ""])
def test_a_pasted_link_of_ours_is_as_good_as_tapped(scheme: str) -> None:
    heard = _heard(f" {scheme}t.me/usher_bot?start=j_abc ")
    assert heard is not None
    assert heard.line == "/start j_abc"


@pytest.mark.parametrize("bot", ["Other_Bot", "Usher_Bot/app"])
def test_a_pasted_link_of_others_is_only_text(bot: str) -> None:
    text = f"https://t.me/{bot}?start=j_abc"
    heard = _heard(text)
    assert heard is not None
    assert heard.line == text


def test_a_link_pasted_in_a_room_is_only_text() -> None:
    text = "https://t.me/Usher_Bot?start=j_abc"
    heard = _heard(text, chat=ROOM)
    assert heard is not None
    assert heard.line == text
