"""Callbacks as they are kept, and as they are read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.platforms.groupme.arrivals import read_callback
from bot.platforms.groupme.posts import read_post

POST: dict[str, Any] = {
    "attachments": [],
    "created_at": 1302623328,
    "group_id": "17",
    "id": "1234567890",
    "name": "John",
    "sender_id": "12345",
    "sender_type": "user",
    "system": False,
    "text": "/help",
    "user_id": "12345",
}


def read(**changed: Any) -> list[Any]:
    return list(read_callback(json.dumps(POST | changed).encode()))


def test_a_callback_is_kept_by_its_message_in_the_lane_of_its_room() -> None:
    [arrival] = read()
    assert (arrival.external_id, arrival.lane) == ("1234567890", "group:17")
    assert arrival.payload["callback"]["text"] == "/help"


@pytest.mark.fault(53)
def test_what_a_bot_says_is_not_even_kept() -> None:
    assert read(sender_type="bot") == []


@pytest.mark.attack(33)
def test_what_was_posted_to_us_can_t_pass_for_what_we_read_ourselves() -> None:
    [arrival] = read(letter={"id": "1", "user_id": "1", "text": "/help"})
    assert set(arrival.payload) == {"callback"}


@pytest.mark.parametrize(
    "changed",
    [
        {"id": None},
        {"id": "../7"},
        {"id": "1" * 33},
        {"group_id": ""},
        {"group_id": ["17"]},
    ],
)
def test_a_callback_without_usable_ids_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="without a usable"):
        read(**changed)


@pytest.mark.parametrize("body", [b"", b"[]", b"nonsense", b'{"id": NaN}', b"\xff", b"[" * 9999])
def test_what_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"not|deep"):
        read_callback(body)


@pytest.mark.attack(47)
def test_what_a_database_refuses_is_taken_out() -> None:
    [arrival] = read(text="a\0b\ud800c", name={"x": 1})
    assert arrival.payload["callback"]["text"] == "ab?c"
    json.dumps(arrival.payload).encode()


def test_ids_may_come_as_numbers() -> None:
    assert read_post(POST | {"user_id": 12345, "group_id": 17, "id": 9}).user_id == "12345"


def test_a_line_of_the_system_has_no_sender() -> None:
    told = POST | {"system": True, "sender_type": "system", "user_id": "system"}
    assert read_post(told).is_system


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1", 1),
        (" 12. ", 12),
        ("Reply 3", 3),
        ("/4", 4),
        ("1 or 2", None),
        ("100", None),
        ("one", None),
        ("", None),
    ],
)
def test_a_bare_number_is_an_answer(text: str, number: int | None) -> None:
    assert read_post(POST | {"text": text}).number == number
