"""Reply -> Bot API, against the emulated Telegram: messages, cards, words in passing."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import CallbackQuery
from telegram.error import Forbidden, RetryAfter

from bot.command import Button, Picture, Reply
from bot.dispatch import Answer
from bot.platforms.telegram.outgoing import answer_message, answer_tap, keyboard
from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox
from bot.telegram_api import AiohttpRequest, NotSentError, OutcomeUnknownError, TelegramBot
from bot.texts import Reader, lines, say
from tests.bot.platforms.telegram.phones import DANA, ROOM, next_message, press, texts
from tests.bot.sandbox.client import PNG

READER = Reader("en", "UTC")
BUTTONS = ((Button(say("Accept"), "/accept inv_x"), Button(say("Decline"), "/decline inv_x")),)
CARD = Reply(say("<b>{group}</b>", group="A & B"), BUTTONS)
DONE = Reply(say("You have left {group}. An invite brings you back.", group="X"), replaces=True)
REFUSAL = Reply(say("I listen to commands. /help shows what you can do."), refused=True)
TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


def _fault(method: str, **fields: Any) -> Fault:
    return Fault(method, **fields)


async def _answer(bot: TelegramBot, sandbox: Sandbox, reply: Reply, chat: int = DANA) -> None:
    """Dana writes something, and we say `reply`."""
    sandbox.telegram.say(DANA, chat, "/help")
    await answer_message(bot, await next_message(bot), Answer(reply, READER))


async def _tapped(bot: TelegramBot, sandbox: Sandbox) -> CallbackQuery:
    """Dana has pressed a button of a card of ours."""
    await _answer(bot, sandbox, CARD)
    return await press(bot, sandbox, DANA, DANA, "/accept inv_x")


async def test_an_answer_is_a_message_with_its_buttons(bot: TelegramBot, sandbox: Sandbox) -> None:
    await _answer(bot, sandbox, CARD)
    said = sandbox.telegram.messages(DANA)[-1]
    assert said.text == "\u2068A & B\u2069"
    assert said.entities == [{"type": "bold", "offset": 0, "length": 7}]
    assert [button["callback_data"] for button in said.buttons()] == [
        "/accept inv_x",
        "/decline inv_x",
    ]
    assert said.reply_to is None


async def test_in_a_room_the_answer_quotes_the_question(bot: TelegramBot, sandbox: Sandbox) -> None:
    asked = sandbox.telegram.say(DANA, ROOM, "/help")
    await answer_message(bot, await next_message(bot), Answer(DONE, READER))
    assert sandbox.telegram.messages(ROOM)[-1].reply_to == asked.message_id


async def test_a_question_that_was_deleted_is_answered_still(
    bot: TelegramBot, sandbox: Sandbox
) -> None:
    asked = sandbox.telegram.say(DANA, ROOM, "/help")
    message = await next_message(bot)
    sandbox.telegram.erase(asked)
    await answer_message(bot, message, Answer(DONE, READER))
    assert len(texts(sandbox, ROOM)) == 1


async def test_a_picture_follows_with_its_caption(bot: TelegramBot, sandbox: Sandbox) -> None:
    caption = say("Scan to join {group}: {link}", group="<i>", link="x")
    await _answer(bot, sandbox, Reply(say("{link}", link="x"), picture=Picture(PNG, caption)))
    photo = sandbox.telegram.messages(DANA)[-1]
    assert photo.caption == "Scan to join \u2068<i>\u2069: \u2068x\u2069"
    assert photo.photo_id is not None


@pytest.mark.attack(49)
async def test_a_long_answer_is_several_messages_with_the_buttons_last(
    bot: TelegramBot, sandbox: Sandbox
) -> None:
    row = say("• {name} – {role}", name="<" * 60, role=say("member"))
    await _answer(bot, sandbox, Reply(lines(*[row] * 100), BUTTONS))
    said = [one for one in sandbox.telegram.messages(DANA) if one.from_id == bot.id]
    assert [bool(one.buttons()) for one in said] == [False, True]
    assert "\n".join(one.text or "" for one in said) == READER.plain(lines(*[row] * 100))


async def test_a_card_changes_in_place(bot: TelegramBot, sandbox: Sandbox) -> None:
    query = await _tapped(bot, sandbox)
    await answer_tap(bot, query, Answer(DONE, READER))
    [card] = texts(sandbox, DANA)
    assert card == READER.plain(DONE.text)
    assert sandbox.telegram.messages(DANA)[-1].buttons() == []
    assert sandbox.telegram.answers(query.id)[0].text is None


async def test_an_answer_that_replaces_nothing_follows_the_card(
    bot: TelegramBot, sandbox: Sandbox
) -> None:
    await answer_tap(bot, await _tapped(bot, sandbox), Answer(CARD, READER))
    assert len(texts(sandbox, DANA)) == 2


async def test_a_refusal_is_told_in_passing_and_leaves_the_card(
    bot: TelegramBot, sandbox: Sandbox
) -> None:
    query = await _tapped(bot, sandbox)
    await answer_tap(bot, query, Answer(REFUSAL, READER))
    [told] = sandbox.telegram.answers(query.id)
    assert (told.text, told.show_alert) == (READER.plain(REFUSAL.text), True)
    assert texts(sandbox, DANA) == ["\u2068A & B\u2069"]


async def test_what_is_brief_is_told_in_passing_and_may_open_our_chat(
    bot: TelegramBot, sandbox: Sandbox
) -> None:
    query = await _tapped(bot, sandbox)
    brief = Reply(say("{name} comes.", name="Dana"), brief=True, opens="e_7")
    await answer_tap(bot, query, Answer(brief, READER))
    [told] = sandbox.telegram.answers(query.id)
    assert (told.text, told.show_alert) == (READER.plain(brief.text), False)
    assert told.url == f"https://t.me/{bot.username}?start=e_7"
    assert texts(sandbox, DANA) == ["\u2068A & B\u2069"]


@pytest.mark.fault(49)
async def test_what_is_brief_and_too_late_for_passing_is_said(
    bot: TelegramBot, sandbox: Sandbox
) -> None:
    query = await _tapped(bot, sandbox)
    sandbox.faults.add(_fault("answerCallbackQuery", status=400, description=TOO_OLD))
    await answer_tap(bot, query, Answer(Reply(say("Dana comes."), brief=True), READER))
    assert texts(sandbox, DANA)[-1] == "Dana comes."


@pytest.mark.attack(48)
async def test_a_refusal_in_passing_is_cut_between_letters(
    bot: TelegramBot, sandbox: Sandbox
) -> None:
    query = await _tapped(bot, sandbox)
    family = "👨‍👩‍👧‍👦"
    await answer_tap(bot, query, Answer(Reply(say(family * 30), refused=True), READER))
    assert sandbox.telegram.answers(query.id)[0].text == family * 18


@pytest.mark.fault(49)
async def test_a_tap_from_long_ago_changes_its_card_all_the_same(
    bot: TelegramBot, sandbox: Sandbox
) -> None:
    query = await _tapped(bot, sandbox)
    sandbox.faults.add(_fault("answerCallbackQuery", status=400, description=TOO_OLD))
    await answer_tap(bot, query, Answer(DONE, READER))
    assert texts(sandbox, DANA) == [READER.plain(DONE.text)]


@pytest.mark.fault(49)
async def test_a_refusal_too_late_to_be_told_in_passing_is_a_message(
    bot: TelegramBot, sandbox: Sandbox
) -> None:
    query = await _tapped(bot, sandbox)
    sandbox.faults.add(_fault("answerCallbackQuery", status=400, description=TOO_OLD))
    await answer_tap(bot, query, Answer(REFUSAL, READER))
    assert texts(sandbox, DANA) == ["\u2068A & B\u2069", READER.plain(REFUSAL.text)]


@pytest.mark.fault(49)
async def test_a_card_that_shows_it_already_is_left_as_it_is(
    bot: TelegramBot, sandbox: Sandbox
) -> None:
    await _answer(bot, sandbox, DONE)
    query = await press(bot, sandbox, DANA, DANA, "/leave")
    await answer_tap(bot, query, Answer(DONE, READER))
    assert texts(sandbox, DANA) == [READER.plain(DONE.text)]


async def test_a_card_that_was_deleted_is_followed_by_a_message(
    bot: TelegramBot, sandbox: Sandbox
) -> None:
    query = await _tapped(bot, sandbox)
    sandbox.telegram.erase(sandbox.telegram.messages(DANA)[-1])
    await answer_tap(bot, query, Answer(DONE, READER))
    assert texts(sandbox, DANA) == [READER.plain(DONE.text)]


@pytest.mark.fault(31)
@pytest.mark.parametrize("method", ["answerCallbackQuery", "editMessageText"])
async def test_a_tap_is_answered_after_the_wait_that_telegram_asks_for(
    bot: TelegramBot, sandbox: Sandbox, naps: list[float], method: str
) -> None:
    query = await _tapped(bot, sandbox)
    sandbox.faults.add(_fault(method, status=429, parameters={"retry_after": 3}))
    await answer_tap(bot, query, Answer(DONE, READER))
    assert texts(sandbox, DANA) == [READER.plain(DONE.text)]
    assert naps == [3.0]
    assert len(sandbox.telegram.answers(query.id)) == 1


@pytest.mark.fault(31)
async def test_a_message_is_sent_after_the_wait(
    bot: TelegramBot, sandbox: Sandbox, naps: list[float]
) -> None:
    sandbox.faults.add(_fault("sendMessage", status=429, parameters={"retry_after": 5}))
    await _answer(bot, sandbox, DONE)
    assert (len(texts(sandbox, DANA)), naps) == (1, [5.0])


@pytest.mark.fault(31)
async def test_nobody_is_kept_waiting_for_longer_than_half_a_minute(
    bot: TelegramBot, sandbox: Sandbox, naps: list[float]
) -> None:
    sandbox.faults.add(_fault("sendMessage", status=429, parameters={"retry_after": 31}))
    with pytest.raises(RetryAfter):
        await _answer(bot, sandbox, DONE)
    assert (texts(sandbox, DANA), naps) == ([], [])


@pytest.mark.fault(34)
async def test_what_never_left_is_sent_again(
    bot: TelegramBot, sandbox: Sandbox, naps: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    request, tries = AiohttpRequest.do_request, list[str]()

    async def first_in_vain(self: AiohttpRequest, url: str, **more: Any) -> tuple[int, bytes]:
        tries.append(url.rpartition("/")[2])
        if tries.count("sendMessage") == 1 and tries[-1] == "sendMessage":
            raise NotSentError("no connection")
        return await request(self, url, **more)

    monkeypatch.setattr(AiohttpRequest, "do_request", first_in_vain)
    await _answer(bot, sandbox, DONE)
    assert (len(texts(sandbox, DANA)), naps) == (1, [1.0])


@pytest.mark.fault(33)
async def test_what_may_have_arrived_is_not_said_twice(bot: TelegramBot, sandbox: Sandbox) -> None:
    sandbox.faults.add(_fault("sendMessage", drop="after"))
    with pytest.raises(OutcomeUnknownError):
        await _answer(bot, sandbox, DONE)
    assert len(texts(sandbox, DANA)) == 1


@pytest.mark.fault(37)
async def test_who_blocked_us_hears_nothing(bot: TelegramBot, sandbox: Sandbox) -> None:
    query = await _tapped(bot, sandbox)
    sandbox.telegram.block(DANA)
    with pytest.raises(Forbidden):
        await answer_tap(bot, query, Answer(CARD, READER))


def test_no_buttons_are_no_keyboard() -> None:
    assert keyboard(DONE, READER) is None


@pytest.mark.attack(44)
def test_a_button_shows_names_without_markup() -> None:
    label = say("{group} ({kind})", group="<b>A</b>", kind=say("team"))
    made = keyboard(Reply(say("Which group?"), ((Button(label, "/group group=1"),),)), READER)
    assert made is not None
    assert made.inline_keyboard[0][0].text == "\u2068<b>A</b>\u2069 (team)"


@pytest.mark.fault(38)
@pytest.mark.parametrize("words", ["TOPIC_CLOSED", "message thread not found"])
async def test_an_answer_to_a_closed_topic_goes_to_the_general_one(
    bot: TelegramBot, sandbox: Sandbox, words: str
) -> None:
    sandbox.telegram.say(DANA, ROOM, "/help")
    message = await next_message(bot)
    fault = Fault("sendMessage", status=400, description=f"Bad Request: {words}")
    sandbox.faults.add(fault)
    await answer_message(bot, message, Answer(Reply(say("Hello.")), Reader("en", "UTC")))
    assert texts(sandbox, ROOM) == ["Hello."]
