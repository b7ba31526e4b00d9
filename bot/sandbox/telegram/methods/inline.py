"""What the bot offers to somebody who typed its name in another chat."""

import json
import re
from typing import Any

from bot.sandbox.telegram.errors import bad_request
from bot.sandbox.telegram.methods.call import (
    Call,
    Method,
    boolean,
    integer,
    json_array,
    json_object,
    string,
)
from bot.sandbox.telegram.methods.callbacks import TOO_OLD
from bot.sandbox.telegram.methods.markup import read_markup
from bot.sandbox.telegram.methods.texts import read_text

MOST_RESULTS = 50
LONGEST_ID_BYTES = 64
LONGEST_OFFSET_BYTES = 64
# Telegram publishes no limit; somebody who types waits seconds.
ANSWERABLE_S = 30
START = re.compile(r"[A-Za-z0-9_-]{1,64}")


def answer_inline_query(call: Call) -> bool:
    """Once for each query; articles only."""
    query = call.world.inline_queries.get(call.text("inline_query_id"))
    if query is None or query.results is not None:
        raise bad_request(TOO_OLD)
    if call.world.now() > query.date + ANSWERABLE_S:
        raise bad_request(TOO_OLD)
    given = call.args.get("results")
    if given is None:
        raise bad_request("can't parse inline query results: Expected an Array")
    if len(given) > MOST_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    if len(call.text("next_offset").encode()) > LONGEST_OFFSET_BYTES:
        raise bad_request("NEXT_OFFSET_INVALID")
    results = [_article(call, one) for one in given]
    if len(dict(results)) < len(results):
        raise bad_request("RESULT_ID_DUPLICATE")
    query.button = _button(call)
    query.results = dict(results)
    query.shown = [
        {name: one.get(name) for name in ("id", "title", "description")} for one in given
    ]
    query.settings = {name: call.args.get(name) for name in ("cache_time", "is_personal")}
    call.world.offer(query)
    return True


def _article(call: Call, one: Any) -> tuple[str, dict[str, Any]]:
    if not isinstance(one, dict) or one.get("type") != "article":
        raise bad_request("the sandbox emulates inline articles only")
    number, title = one.get("id"), one.get("title")
    if not isinstance(number, str) or not 1 <= len(number.encode()) <= LONGEST_ID_BYTES:
        raise bad_request("RESULT_ID_INVALID")
    if not isinstance(title, str) or not title.strip():
        raise bad_request("ARTICLE_TITLE_EMPTY")
    content = one.get("input_message_content") or {}
    markup = one.get("reply_markup")
    arguments = {
        "text": str(content.get("message_text", "")),
        "parse_mode": str(content.get("parse_mode", "")),
        "reply_markup": json.dumps(markup) if markup else "",
    }
    inner = Call(call.world, arguments)
    return number, read_text(inner) | {"reply_markup": read_markup(inner, inline_only=True)}


def _button(call: Call) -> dict[str, Any] | None:
    button: dict[str, Any] | None = call.args.get("button")
    if button is None:
        return None
    start = button.get("start_parameter")
    if not button.get("text") or not (isinstance(start, str) and START.fullmatch(start)):
        raise bad_request("START_PARAM_INVALID")
    return button


METHODS = {
    "answerInlineQuery": Method(
        answer_inline_query,
        {
            "inline_query_id": string,
            "results": json_array,
            "cache_time": integer,
            "is_personal": boolean,
            "next_offset": string,
            "button": json_object,
        },
    ),
}
