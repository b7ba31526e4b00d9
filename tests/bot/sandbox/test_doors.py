"""Asking to come into a room on a phone, and deciding in Telegram's own window."""

from __future__ import annotations

import pytest

from tests.bot.sandbox.client import BOB, DANA, ROOM, Client


async def requests(client: Client) -> list[int]:
    chats = (await client.look("state"))["chats"]
    return list(next(chat["join_requests"] for chat in chats if chat["id"] == ROOM))


async def test_a_knock_is_a_request_by_a_link_of_the_owner_s(started: Client) -> None:
    assert (await started.play(f"rooms/{ROOM}/knock", user_id=BOB))["opened"] == "requested"
    request = (await started.updates())[-1]["chat_join_request"]
    assert request["from"]["id"] == BOB
    assert request["invite_link"]["creator"]["id"] == DANA
    assert await requests(started) == [BOB]


async def test_who_knocks_twice_uses_the_same_link(started: Client) -> None:
    for _ in range(2):
        await started.play(f"rooms/{ROOM}/knock", user_id=BOB)
    assert len(started.sandbox.telegram.room(ROOM).links) == 1


@pytest.mark.parametrize(("verb", "inside"), [("admit", True), ("turn-away", False)])
async def test_the_owner_decides(started: Client, verb: str, inside: bool) -> None:
    await started.play(f"rooms/{ROOM}/knock", user_id=BOB)
    await started.play(f"rooms/{ROOM}/requests/{BOB}/{verb}")
    assert started.sandbox.telegram.room(ROOM).member(BOB).inside is inside
    assert await requests(started) == []


async def test_who_did_not_ask_is_not_decided_on(started: Client) -> None:
    with pytest.raises(ValueError, match="does not ask"):
        started.sandbox.telegram.decide(ROOM, BOB, let_in=True)


async def test_who_is_in_is_told_so(started: Client) -> None:
    opened = await started.play(f"rooms/{ROOM}/knock", user_id=DANA)
    assert (opened["opened"], opened["reason"]) == ("refused", "Dana is already in Tigers room.")
