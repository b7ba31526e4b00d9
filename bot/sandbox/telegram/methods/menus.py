"""The command menu and the menu button."""

import re
from typing import Any

from bot.sandbox.telegram import view
from bot.sandbox.telegram.errors import bad_request
from bot.sandbox.telegram.methods.call import (
    Call,
    Method,
    Params,
    chat,
    json_array,
    json_object,
    string,
)
from bot.sandbox.telegram.methods.places import known_chat, person_id, private
from bot.sandbox.telegram.urls import refusal

MOST_COMMANDS = 100
LONGEST_DESCRIPTION = 256
WIDE_SCOPES = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")
CHAT_SCOPES = ("chat", "chat_administrators", "chat_member")


def _scope(call: Call) -> dict[str, Any]:
    given = call.args.get("scope", {"type": "default"})
    kind = given.get("type")
    if kind in WIDE_SCOPES:
        return {"type": kind}
    if kind not in CHAT_SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    place = Call(call.world, {"chat_id": given.get("chat_id", ""), **_member_of(given)})
    scope = {"type": kind, "chat_id": known_chat(place)}
    if kind != "chat" and scope["chat_id"] > 0:
        raise bad_request("chat can't be a private chat for this scope")
    return scope | ({"user_id": person_id(place)} if kind == "chat_member" else {})


def _member_of(given: dict[str, Any]) -> dict[str, Any]:
    number = given.get("user_id")
    return {"user_id": number} if isinstance(number, int) else {}


def _language(call: Call) -> str:
    code = call.text("language_code")
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise bad_request("invalid language code specified")
    return code


def _command(given: object) -> dict[str, str]:
    if not isinstance(given, dict):
        raise bad_request("expected an Object as BotCommand")
    name, description = given.get("command"), given.get("description")
    if not isinstance(name, str) or not isinstance(description, str):
        raise bad_request("can't parse BotCommand: command and description must be Strings")
    name = name.removeprefix("/").strip()
    if not re.fullmatch(r"[a-z0-9_]{1,32}", name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description.strip()) <= LONGEST_DESCRIPTION:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description.strip()}


def set_my_commands(call: Call) -> bool:
    """Replace the list of one scope and language."""
    commands = [_command(given) for given in call.args.get("commands", [])]
    if len(commands) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    return _put(call, commands)


def delete_my_commands(call: Call) -> bool:
    """Fall back to the next wider scope."""
    return _put(call, [])


def _put(call: Call, commands: list[dict[str, str]]) -> bool:
    call.world.menus.put(_scope(call), _language(call), commands)
    call.world.changes.publish("commands", commands=view.commands(call.world))
    return True


def get_my_commands(call: Call) -> list[dict[str, str]]:
    """The list of exactly this scope and language."""
    return call.world.menus.get(_scope(call), _language(call))


def set_chat_menu_button(call: Call) -> bool:
    """The button beside the text field, for one private chat or for all."""
    chat_id = private(call).id if "chat_id" in call.args else None
    button = call.args.get("menu_button", {"type": "default"})
    if button.get("type") not in ("default", "commands", "web_app"):
        raise bad_request("can't parse menu button: Unsupported type specified")
    if button["type"] == "web_app":
        _check_web_app(button)
    call.world.menu_buttons[chat_id] = button
    return True


def _check_web_app(button: dict[str, Any]) -> None:
    url = (button.get("web_app") or {}).get("url", "")
    if not button.get("text") or not str(url).startswith("https://") or refusal(url):
        raise bad_request("BUTTON_URL_INVALID")


def get_chat_menu_button(call: Call) -> dict[str, Any]:
    """The button of one private chat, or of all."""
    chat_id = private(call).id if "chat_id" in call.args else None
    return call.world.menu_buttons.get(chat_id, {"type": "default" if chat_id else "commands"})


_WHERE: Params = {"scope": json_object, "language_code": string}
METHODS = {
    "setMyCommands": Method(set_my_commands, _WHERE | {"commands": json_array}, changes=False),
    "deleteMyCommands": Method(delete_my_commands, _WHERE, changes=False),
    "getMyCommands": Method(get_my_commands, _WHERE, changes=False),
    "setChatMenuButton": Method(
        set_chat_menu_button, {"chat_id": chat, "menu_button": json_object}, changes=False
    ),
    "getChatMenuButton": Method(get_chat_menu_button, {"chat_id": chat}, changes=False),
}
