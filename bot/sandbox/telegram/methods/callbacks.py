"""What the bot answers to a tap."""

from bot.sandbox.telegram.errors import bad_request
from bot.sandbox.telegram.messages import Answer
from bot.sandbox.telegram.methods.call import Call, Method, boolean, integer, string
from bot.sandbox.telegram.units import utf16_length
from bot.sandbox.telegram.urls import refusal

LONGEST_ANSWER = 200
# Telegram publishes no limit; a phone has stopped waiting long before.
ANSWERABLE_S = 600
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


def answer_callback_query(call: Call) -> bool:
    """Once for each query, while somebody may still look at the button."""
    press = call.world.presses.get(call.text("callback_query_id"))
    if press is None or press.answer is not None:
        raise bad_request(TOO_OLD)
    if call.world.now() > press.date + ANSWERABLE_S:
        raise bad_request(TOO_OLD)
    text, url = call.text("text"), call.text("url")
    if utf16_length(text) > LONGEST_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    if url and refusal(url):
        raise bad_request("URL_INVALID")
    answer = Answer(press.id, text or None, call.flag("show_alert"), url or None)
    call.world.settle(press, answer)
    return True


METHODS = {
    "answerCallbackQuery": Method(
        answer_callback_query,
        {
            "callback_query_id": string,
            "text": string,
            "show_alert": boolean,
            "url": string,
            "cache_time": integer,
        },
    ),
}
