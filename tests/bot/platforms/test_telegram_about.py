"""Whom a Telegram message points at: a mention without a username, or the message it answers."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Message

from bot.command import Incoming
from bot.platforms.telegram.incoming import from_message

DANA = {"id": 1001, "is_bot": False, "first_name": "Dana"}
EVE = {"id": 1002, "is_bot": False, "first_name": "Eve 🎉", "username": "eve"}
ROOM = {"id": -100500, "type": "supergroup", "title": "Room"}


def heard(text: str, **more: Any) -> Incoming:
    told = {"message_id": 7, "date": 1, "chat": ROOM, "from": DANA, "text": text, **more}
    message = Message.de_json(told, None)
    incoming = from_message(message, bot_username="usher_bot")
    assert incoming is not None
    return incoming


def answering(**more: Any) -> dict[str, Any]:
    return {"message_id": 5, "date": 1, "chat": ROOM, "from": EVE, "text": "hi", **more}


def test_an_answer_is_about_who_wrote_the_message() -> None:
    incoming = heard("/role coach", reply_to_message=answering())
    assert incoming.about is not None
    assert (incoming.about.key(), incoming.line) == ("telegram:1002", "/role coach")


def test_a_mention_without_a_username_is_taken_out_of_the_line() -> None:
    entity = {"type": "text_mention", "offset": 9, "length": 6, "user": EVE}
    incoming = heard("/role 🎉 Eve 🎉 coach", entities=[entity])
    assert incoming.about is not None
    assert (incoming.about.key(), incoming.line) == ("telegram:1002", "/role 🎉  coach")


def test_a_mention_counts_before_the_answered_message() -> None:
    entity = {"type": "text_mention", "offset": 6, "length": 3, "user": EVE}
    incoming = heard(
        "/role Eve coach", entities=[entity], reply_to_message=answering(**{"from": DANA})
    )
    assert incoming.about is not None
    assert incoming.about.key() == "telegram:1002"


@pytest.mark.attack(38)
@pytest.mark.parametrize(
    "answered",
    [
        answering(**{"from": {"id": 1, "is_bot": True, "first_name": "Bot"}}),
        answering(**{"from": {"id": 1087968824, "is_bot": True, "first_name": "Group"}}),
        answering(sender_chat={"id": -1, "type": "channel", "title": "News"}),
        answering(forum_topic_created={"name": "Topic", "icon_color": 1}),
    ],
)
def test_bots_masks_and_the_opening_of_a_topic_are_about_nobody(answered: dict[str, Any]) -> None:
    assert heard("/remove", reply_to_message=answered).about is None


def test_an_ordinary_line_is_about_nobody() -> None:
    assert heard("/members").about is None
