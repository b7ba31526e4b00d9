"""/requests and /answer: who asks to join, decided by a line or a tap."""

from __future__ import annotations

import pytest

from core.access import Role
from core.chats.requests import JoinRequest, RequestState
from tests.bot.commands.talk import TEAM_ROOM, Talk, words
from tests.core.door import knock

APPROVE, DECLINE, ASK = "/requests approve {}", "/requests decline {}", "/requests ask {}"


@pytest.fixture
async def asked(talk: Talk) -> str:
    """Charlie has knocked at the Tigers' room."""
    await talk.cast.bind()
    return await knock(talk.cast, talk.cast.charlie)


async def test_the_list_has_three_buttons_for_each(talk: Talk, asked: str) -> None:
    heard = await talk.say(talk.cast.alice, "/requests")
    assert "Charlie asks to join Team room." in heard.text
    assert heard.labels == ["Approve Charlie", "Decline", "Ask"]
    assert heard.lines == [line.format(asked) for line in (APPROVE, DECLINE, ASK)]


async def test_an_empty_list_says_what_to_do(talk: Talk) -> None:
    heard = await talk.say(talk.cast.alice, "/requests")
    assert heard.text == "Nobody is waiting to join Tigers. /invite brings people in."


async def test_the_list_is_turned_page_by_page(talk: Talk) -> None:
    await talk.cast.bind()
    for fan in await talk.cast.crowd(11):
        await knock(talk.cast, fan)
    first = await talk.say(talk.cast.alice, "/requests")
    assert (len(first.lines), first.labels[-1]) == (31, "Next »")
    second = await talk.tap(talk.cast.alice, first.lines[-1])
    assert "Fan 10 asks to join" in second.text


async def test_a_tap_on_approve_lets_in(talk: Talk, asked: str) -> None:
    heard = await talk.tap(talk.cast.alice, APPROVE.format(asked))
    assert heard.text == "Alice let Charlie into Team room."
    assert heard.replaces
    assert await talk.cast.role_of(talk.cast.charlie) is Role.MEMBER


async def test_a_tap_on_decline_turns_away(talk: Talk, asked: str) -> None:
    heard = await talk.tap(talk.cast.alice, DECLINE.format(asked))
    assert heard.text == "Alice declined Charlie’s request to join Team room."


async def test_who_comes_second_hears_who_was_first(talk: Talk, asked: str) -> None:
    await talk.cast.join(talk.cast.bob, Role.ADMIN)
    await talk.tap(talk.cast.bob, DECLINE.format(asked))
    before = await talk.everything()
    heard = await talk.tap(talk.cast.alice, APPROVE.format(asked))
    assert heard.text == "Bob declined Charlie’s request to join Team room."
    assert await talk.everything() == before


async def test_a_question_goes_out_and_the_answer_comes_back(talk: Talk, asked: str) -> None:
    heard = await talk.tap(talk.cast.alice, ASK.format(asked))
    assert "I asked Charlie to say more." in heard.text
    heard = await talk.say(talk.cast.charlie, "/answer I am Bob’s uncle")
    assert heard.text == "Thank you. I pass it on to those who decide about Team room."
    assert "They say: “I am Bob’s uncle”" in (await talk.say(talk.cast.alice, "/requests")).text


async def test_to_ask_about_a_settled_request_says_how_it_ended(talk: Talk, asked: str) -> None:
    await talk.tap(talk.cast.alice, APPROVE.format(asked))
    heard = await talk.tap(talk.cast.alice, ASK.format(asked))
    assert heard.text == "Alice let Charlie into Team room."


async def test_nobody_was_asked_anything(talk: Talk) -> None:
    assert (await talk.say(talk.cast.charlie, "/answer hello")).text == words("nothing_asked")


@pytest.mark.parametrize(
    "line", ["/requests approve", "/requests frob req_aaaaaaaa", "/requests approve a b", "/answer"]
)
async def test_what_is_incomplete_is_answered_with_the_usage(talk: Talk, line: str) -> None:
    heard = await talk.say(talk.cast.alice, line)
    assert heard.text.startswith("Something is missing. Write it like this: /")


@pytest.mark.attack(39)
@pytest.mark.parametrize("line", [APPROVE, DECLINE, ASK])
async def test_charlie_s_tap_changes_nothing(talk: Talk, asked: str, line: str) -> None:
    before = await talk.everything()
    heard = await talk.tap(talk.cast.charlie, line.format(asked), TEAM_ROOM)
    assert heard.text == words("no_such_request", request=asked)
    assert heard.refused
    assert await talk.everything() == before


@pytest.mark.attack(39)
@pytest.mark.parametrize("line", [APPROVE, DECLINE, ASK, "/requests"])
async def test_a_member_s_tap_is_refused_with_the_reason(talk: Talk, asked: str, line: str) -> None:
    heard = await talk.tap(talk.cast.bob, line.format(asked), TEAM_ROOM)
    assert "may answer requests to join" in heard.text
    (request,) = await talk.cast.rows(JoinRequest)
    assert request.state is RequestState.OPEN


async def test_charlie_sees_no_list(talk: Talk, asked: str) -> None:
    line = f"/requests group={talk.cast.tigers.id}"
    assert (await talk.say(talk.cast.charlie, line)).text == words("group_unknown")
