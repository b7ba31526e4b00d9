"""Keyboards that the bot attaches: what Telegram takes and what it refuses."""

import json
from typing import Any

from bot.sandbox.telegram.errors import ApiError, bad_request
from bot.sandbox.telegram.methods.call import Call
from bot.sandbox.telegram.methods.keyboards import check_keyboard
from bot.sandbox.telegram.urls import refusal

Fields = dict[str, Any]
ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
    "disabled",
)
STYLES = ("danger", "success", "primary")
MOST_BUTTONS = 100
LONGEST_DATA_BYTES = 64


def read_markup(call: Call, *, inline_only: bool = False) -> Fields | None:
    """The inline keyboard to store; another keyboard is `read_keyboard`'s."""
    markup = _markup(call)
    if "inline_keyboard" in markup:
        rows = _rows(markup["inline_keyboard"])
        return {"inline_keyboard": rows} if rows else None
    if inline_only and markup:
        raise bad_request("inline keyboard expected")
    return None


def read_keyboard(call: Call, *, private: bool) -> Fields:
    """The keyboard in place of the letters; empty where none is given."""
    markup = _markup(call)
    if "inline_keyboard" in markup:
        return {}
    check_keyboard(markup, private=private)
    return markup


def _markup(call: Call) -> Fields:
    raw = call.text("reply_markup")
    if not raw or raw == "null":
        return {}
    try:
        markup = json.loads(raw)
    except (ValueError, RecursionError):
        raise bad_request("can't parse reply keyboard markup JSON object") from None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    return markup


def _rows(rows: object) -> list[list[Fields]]:
    if not isinstance(rows, list):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array')
    if not all(isinstance(row, list) for row in rows):
        raise bad_request(
            'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'
        )
    if sum(len(row) for row in rows) > MOST_BUTTONS:
        raise bad_request("reply markup is too long")
    return [[_button(button) for button in row] for row in rows if row]


def _cannot_parse(reason: str) -> ApiError:
    return bad_request(f"can't parse inline keyboard button: {reason}")


def _button(button: object) -> Fields:
    if not isinstance(button, dict):
        raise bad_request("inline keyboard button must be an Object")
    if "text" not in button:
        raise _cannot_parse('Can\'t find field "text"')
    if not isinstance(button["text"], str):
        raise _cannot_parse('Field "text" must be of type String')
    if not button["text"].strip():
        raise bad_request("inline keyboard button text must be non-empty")
    if "style" in button and button["style"] not in STYLES:
        raise _cannot_parse("Invalid button style specified")
    _check_action(button)
    return button


def _check_action(button: Fields) -> None:
    given = [name for name in ACTIONS if button.get(name) not in (None, "", False)]
    given += [name for name in ACTIONS if button.get(name) == "" and "switch" in name]
    if not given:
        raise _cannot_parse("Text buttons are unallowed in the inline keyboard")
    if len(given) > 1:
        raise _cannot_parse(f"Exactly one action is allowed, found {' and '.join(given)}")
    if given == ["callback_data"]:
        _check_data(button["callback_data"])
    if given == ["url"]:
        _check_url(button["url"])


def _check_data(data: object) -> None:
    if not isinstance(data, str):
        raise _cannot_parse('Field "callback_data" must be of type String')
    if len(data.encode("utf-8", "surrogatepass")) > LONGEST_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")


def _check_url(url: object) -> None:
    if not isinstance(url, str):
        raise _cannot_parse('Field "url" must be of type String')
    reason = refusal(url)
    if reason is not None:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: {reason}")
