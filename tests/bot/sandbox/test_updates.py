"""getUpdates: offsets, lists of wanted kinds, conflicts."""

import asyncio
from typing import Any

import pytest

from bot.sandbox.telegram import updates
from tests.bot.sandbox.client import BOB, DANA, ROOM, Client, Refused
from tests.bot.sandbox.conftest import Clock


async def _numbers(client: Client, **params: Any) -> list[int]:
    return [one["update_id"] for one in await client.call("getUpdates", **params)]


async def _five(client: Client) -> int:
    """Five messages wait; the number of the first."""
    for n in range(5):
        client.sandbox.telegram.say(DANA, DANA, f"message {n}")
    return (await _numbers(client))[0]


async def test_numbers_rise_by_one(started: Client) -> None:
    first = await _five(started)
    assert await _numbers(started) == list(range(first, first + 5))


async def test_what_is_not_confirmed_comes_again(started: Client) -> None:
    first = await _five(started)
    assert await _numbers(started, offset=first + 2) == [first + 2, first + 3, first + 4]
    assert await _numbers(started) == [first + 2, first + 3, first + 4]


async def test_a_negative_offset_keeps_the_last_ones(started: Client) -> None:
    first = await _five(started)
    assert await _numbers(started, offset=-2) == [first + 3, first + 4]
    assert await _numbers(started) == [first + 3, first + 4]


@pytest.mark.parametrize(("limit", "count"), [(0, 1), (2, 2), (100, 5), (1000, 5)])
async def test_the_limit_is_clamped(started: Client, limit: int, count: int) -> None:
    await _five(started)
    assert len(await _numbers(started, limit=limit)) == count


async def test_updates_are_forgotten_after_a_day(started: Client, clock: Clock) -> None:
    first = await _five(started)
    clock.advance(24 * 3600 - 1)
    assert (await _numbers(started))[0] == first
    clock.advance(1)
    assert await _numbers(started) == []


async def test_a_long_poll_ends_with_the_first_update(started: Client) -> None:
    polling = asyncio.create_task(_numbers(started, timeout=50))
    await _until_polling(started)
    started.sandbox.telegram.say(DANA, DANA, "hi")
    assert len(await polling) == 1


async def test_a_long_poll_ends_empty_in_time(
    started: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(updates, "LONGEST_POLL_S", 0.01)
    assert await _numbers(started, timeout=1_000_000) == []


async def _until_polling(client: Client) -> None:
    while client.sandbox.telegram.updates._poll is None:
        await client.call("getMe")


@pytest.mark.fault(39)
async def test_a_second_poller_ends_the_first(started: Client) -> None:
    first = asyncio.create_task(_numbers(started, timeout=50))
    await _until_polling(started)
    assert await _numbers(started) == []
    with pytest.raises(Refused) as caught:
        await first
    assert (caught.value.status, caught.value.description) == (
        409,
        (
            "Conflict: terminated by other getUpdates request; "
            "make sure that only one bot instance is running"
        ),
    )


@pytest.mark.fault(39)
async def test_conflicts_in_a_row_are_answered_slowly(
    started: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(updates, "CONFLICT_PAUSE_S", 0.2)
    loop = asyncio.get_running_loop()
    for least in (0.0, 0.19):
        first = asyncio.create_task(_numbers(started, timeout=50))
        await _until_polling(started)
        begun = loop.time()
        await _numbers(started)
        with pytest.raises(Refused):
            await first
        assert loop.time() - begun >= least


@pytest.mark.fault(48)
async def test_chat_member_must_be_asked_for_by_name(started: Client) -> None:
    world = started.sandbox.telegram
    await started.updates(allowed_updates=[])
    world.add_member(ROOM, BOB)
    assert [_kind(one) for one in await started.updates()] == ["message"]
    await started.updates(allowed_updates=["chat_member"])
    world.remove_member(ROOM, BOB)
    assert [_kind(one) for one in await started.updates()] == ["chat_member"]


def _kind(update: dict[str, Any]) -> str:
    [kind] = set(update) - {"update_id"}
    return kind


@pytest.mark.fault(48)
async def test_the_list_of_kinds_persists(started: Client) -> None:
    await started.updates(allowed_updates=["my_chat_member"])
    await started.updates()
    started.sandbox.telegram.say(DANA, DANA, "unheard")
    assert await started.updates() == []
    info = await started.call("getWebhookInfo")
    assert info["allowed_updates"] == ["my_chat_member"]


@pytest.mark.parametrize("names", [[], ["surprise"]])
async def test_an_empty_list_means_the_default(started: Client, names: list[str]) -> None:
    await started.updates(allowed_updates=["my_chat_member"])
    await started.updates(allowed_updates=names)
    started.sandbox.telegram.say(DANA, DANA, "heard")
    assert [_kind(one) for one in await started.updates()] == ["message"]


@pytest.mark.fault(45)
async def test_an_unreadable_update_can_be_queued(started: Client) -> None:
    queue = started.sandbox.telegram.updates
    queue.push_raw({"update_id": 1, "message": {"date": "never"}})
    assert queue.pending() == [{"update_id": 1, "message": {"date": "never"}}]
    queue.drop()
