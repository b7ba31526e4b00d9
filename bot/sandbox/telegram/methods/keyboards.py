"""Keyboards in place of the letters: text buttons, and buttons that ask for people."""

from typing import Any

from bot.sandbox.telegram.errors import bad_request

Fields = dict[str, Any]
MOST_PEOPLE = 10
LARGEST_ID = 2**31
OTHER_KEYBOARDS = ("keyboard", "remove_keyboard", "force_reply")


def check_keyboard(markup: Fields, *, private: bool) -> None:
    """Raises ApiError for what Telegram refuses."""
    if markup and not any(kind in markup for kind in OTHER_KEYBOARDS):
        raise bad_request("object expected as reply markup")
    rows = markup.get("keyboard", [])
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "keyboard" of the ReplyKeyboardMarkup must be an Array of Arrays')
    numbers = [_button(button, private=private) for row in rows for button in row]
    asked = [number for number in numbers if number is not None]
    if len(asked) != len(set(asked)):
        raise bad_request("BUTTON_ID_INVALID")


def _button(button: object, *, private: bool) -> int | None:
    """The number under which the button asks for people, if it does."""
    if isinstance(button, str):
        return None
    if not isinstance(button, dict):
        raise bad_request("keyboard button must be an Object or a String")
    if not isinstance(button.get("text"), str) or not button["text"].strip():
        raise bad_request("can't parse keyboard button: Can't find field \"text\"")
    if button.get("request_contact") and not private:
        raise bad_request("phone number can be requested in private chats only")
    wanted = button.get("request_users")
    if wanted is None:
        return None
    if not private:
        raise bad_request("users can be requested in private chats only")
    return _number(wanted)


def _number(wanted: object) -> int:
    if not isinstance(wanted, dict):
        raise bad_request('field "request_users" must be of type Object')
    number, most = wanted.get("request_id"), wanted.get("max_quantity", 1)
    if not isinstance(number, int) or not -LARGEST_ID <= number < LARGEST_ID:
        raise bad_request('field "request_id" must be a valid Number')
    if not isinstance(most, int) or not 1 <= most <= MOST_PEOPLE:
        raise bad_request("BUTTON_INVALID")
    return number
