"""Somebody's own phone number as Telegram shows it, and the button that asks for it."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Message

from bot.command import Button, Incoming
from bot.platforms.telegram.incoming import from_message
from bot.telegram_keyboard import inline_keyboard, phone_keyboard
from bot.texts import Reader, say

BOB = {"id": 42, "is_bot": False, "first_name": "Bob"}
ENGLISH = Reader("en", "UTC")


def read(contact: dict[str, Any], **more: Any) -> Incoming | None:
    fields = {
        "message_id": 7,
        "date": 1_800_000_000,
        "chat": {"id": 42, "type": "private", "first_name": "Bob"},
        "from": BOB,
        "contact": {"phone_number": "12025550143", "first_name": "Bob"} | contact,
    }
    message = Message.de_json(fields | more, None)
    return from_message(message, bot_username="usher_bot")


def test_an_own_number_is_taken_with_its_plus() -> None:
    incoming = read({"user_id": 42})
    assert incoming is not None
    assert (incoming.line, incoming.phone) == ("/phone", "+12025550143")


@pytest.mark.attack(8)
@pytest.mark.parametrize("contact", [{}, {"user_id": 43}])
def test_somebody_else_s_number_proves_nothing_and_goes_on_a_guest_list(
    contact: dict[str, Any],
) -> None:
    incoming = read(contact)
    assert incoming is not None
    assert (incoming.line, incoming.phone) == ("/addguest Bob, +12025550143", None)


@pytest.mark.attack(42)
def test_a_forwarded_contact_is_doubted() -> None:
    origin = {"type": "user", "date": 1_800_000_000, "sender_user": BOB}
    incoming = read({"user_id": 42}, forward_origin=origin)
    assert incoming is not None
    assert incoming.doubt is not None


def test_a_number_shown_in_a_room_is_talk_among_people() -> None:
    assert read({"user_id": 42}, chat={"id": -100, "type": "supergroup", "title": "x"}) is None


def test_the_button_asks_for_the_reader_s_own_number() -> None:
    [[button]] = phone_keyboard(ENGLISH).keyboard
    assert (button.text, button.request_contact) == ("Show my phone number", True)


def test_a_link_is_copied_or_shared_by_a_button() -> None:
    link = "https://t.me/usher_bot?start=j_x"
    row = (Button(say("Copy the link"), copy=link), Button(say("Share"), share=link))
    board = inline_keyboard((row,), ENGLISH)
    assert board is not None
    copy, share = board.inline_keyboard[0]
    assert copy.copy_text is not None
    assert copy.copy_text.text == link
    assert share.url == "https://t.me/share/url?url=https%3A%2F%2Ft.me%2Fusher_bot%3Fstart%3Dj_x"
