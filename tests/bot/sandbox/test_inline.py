"""Inline mode in the sandbox, as the Bot API describes it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bot.sandbox.client import BOB, DANA, ROOM, Client
from tests.bot.sandbox.conftest import Clock
from tests.bot.sandbox.schema import problems


def _article(number: str = "1", **more: Any) -> dict[str, Any]:
    return {
        "type": "article",
        "id": number,
        "title": "Tigers",
        "input_message_content": {"message_text": "<b>Come</b>", "parse_mode": "HTML"},
        "reply_markup": {"inline_keyboard": [[{"text": "Join", "callback_data": "/come x"}]]},
    } | more


async def _ask(client: Client, text: str = "tig") -> str:
    asked: str = (await client.play("inline", user_id=DANA, query=text))["inline_query_id"]
    return asked


async def _post(client: Client) -> dict[str, Any]:
    query = await _ask(client)
    await client.call("answerInlineQuery", inline_query_id=query, results=[_article()])
    posted: dict[str, Any] = await client.play(
        "inline/choose", user_id=DANA, inline_query_id=query, result_id="1", chat_id=ROOM
    )
    await client.updates()
    return posted


async def test_a_query_reaches_the_bot_as_described(started: Client) -> None:
    await _ask(started)
    (update,) = await started.updates()
    assert update["inline_query"]["query"] == "tig"
    assert problems("Update", update, "update") == []


async def test_what_is_chosen_is_posted_by_the_person_through_the_bot(started: Client) -> None:
    posted = await _post(started)
    assert (posted["from_id"], posted["text"]) == (DANA, "Come")
    assert posted["inline_message_id"]


async def test_a_tap_below_it_names_the_message_and_not_the_chat(started: Client) -> None:
    inline_id = (await _post(started))["inline_message_id"]
    await started.play("inline/taps", user_id=DANA, inline_message_id=inline_id, data="/come x")
    (update,) = await started.updates()
    query = update["callback_query"]
    assert query["inline_message_id"] == inline_id
    assert "message" not in query
    assert problems("Update", update, "update") == []


async def test_the_bot_edits_it_by_its_inline_id_and_gets_true(started: Client) -> None:
    inline_id = (await _post(started))["inline_message_id"]
    edit = {"inline_message_id": inline_id, "text": "1 person has joined"}
    assert await started.call("editMessageText", **edit) is True
    assert "not modified" in await started.refusal("editMessageText", **edit)
    other = await started.refusal("editMessageText", inline_message_id="none", text="x")
    assert other == "Bad Request: MESSAGE_ID_INVALID"


@pytest.mark.parametrize(
    ("results", "error"),
    [
        ([_article(), _article()], "RESULT_ID_DUPLICATE"),
        ([_article("")], "RESULT_ID_INVALID"),
        ([_article("x" * 65)], "RESULT_ID_INVALID"),
        ([_article(title=" ")], "ARTICLE_TITLE_EMPTY"),
        ([_article(input_message_content={"message_text": ""})], "message text is empty"),
        ([_article(str(number)) for number in range(51)], "RESULTS_TOO_MUCH"),
    ],
)
async def test_wrong_results_are_refused(
    started: Client, results: list[dict[str, Any]], error: str
) -> None:
    query = await _ask(started)
    told = await started.refusal("answerInlineQuery", inline_query_id=query, results=results)
    assert told == f"Bad Request: {error}"


async def test_a_query_is_answered_once_and_in_time(started: Client, clock: Clock) -> None:
    first, late = await _ask(started), await _ask(started)
    button = {"text": "Start", "start_parameter": "inline"}
    await started.call("answerInlineQuery", inline_query_id=first, results=[], button=button)
    again = await started.refusal("answerInlineQuery", inline_query_id=first, results=[])
    clock.advance(31)
    too_late = await started.refusal("answerInlineQuery", inline_query_id=late, results=[])
    assert "query is too old" in again
    assert again == too_late


async def test_a_start_parameter_that_no_link_can_hold_is_refused(started: Client) -> None:
    query = await _ask(started)
    button = {"text": "Start", "start_parameter": "a b"}
    told = await started.refusal(
        "answerInlineQuery", inline_query_id=query, results=[], button=button
    )
    assert told == "Bad Request: START_PARAM_INVALID"


async def test_nobody_posts_what_was_offered_to_somebody_else(started: Client) -> None:
    query = await _ask(started)
    await started.call("answerInlineQuery", inline_query_id=query, results=[_article()])
    with pytest.raises(AssertionError, match="offered no such result"):
        await started.play(
            "inline/choose", user_id=BOB, inline_query_id=query, result_id="1", chat_id=ROOM
        )
