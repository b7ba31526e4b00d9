"""Make bot_api_schema.json from the full description of the Bot API.

    python reduce_schema.py telegram-bot-api-10.3.json

Keeps the methods that the sandbox emulates and the types that it answers with: names, types and
whether a field is required. Every field of a kept type stays, so that an unknown one shows.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

TARGET = Path(__file__).with_name("bot_api_schema.json")
# What each method answers: the description has it in prose only.
RETURNS = {
    "getUpdates": "Array of Update",
    "setWebhook": "True",
    "deleteWebhook": "True",
    "getWebhookInfo": "WebhookInfo",
    "getMe": "User",
    "getMyStarBalance": "StarAmount",
    "sendMessage": "Message",
    "sendPhoto": "Message",
    "sendDocument": "Message",
    "sendVenue": "Message",
    "sendChatAction": "True",
    "getFile": "File",
    "banChatMember": "True",
    "unbanChatMember": "True",
    "exportChatInviteLink": "String",
    "createChatInviteLink": "ChatInviteLink",
    "editChatInviteLink": "ChatInviteLink",
    "revokeChatInviteLink": "ChatInviteLink",
    "approveChatJoinRequest": "True",
    "declineChatJoinRequest": "True",
    "leaveChat": "True",
    "getChat": "ChatFullInfo",
    "getChatAdministrators": "Array of ChatMember",
    "getChatMemberCount": "Integer",
    "getChatMember": "ChatMember",
    "answerCallbackQuery": "True",
    "answerInlineQuery": "True",
    "setMyCommands": "True",
    "deleteMyCommands": "True",
    "getMyCommands": "Array of BotCommand",
    "setChatMenuButton": "True",
    "getChatMenuButton": "MenuButton",
    "editMessageText": "Message or True",
    "editMessageCaption": "Message or True",
    "editMessageReplyMarkup": "Message or True",
    "deleteMessage": "True",
}
TYPES = (
    "Update",
    "WebhookInfo",
    "User",
    "StarAmount",
    "Contact",
    "Chat",
    "ChatFullInfo",
    "AcceptedGiftTypes",
    "ChatPermissions",
    "Message",
    "InaccessibleMessage",
    "MaybeInaccessibleMessage",
    "MessageEntity",
    "MessageOrigin",
    "MessageOriginUser",
    "LinkPreviewOptions",
    "PhotoSize",
    "Document",
    "File",
    "InlineKeyboardMarkup",
    "InlineKeyboardButton",
    "CallbackQuery",
    "InlineQuery",
    "UsersShared",
    "SharedUser",
    "ReplyKeyboardMarkup",
    "KeyboardButton",
    "KeyboardButtonRequestUsers",
    "ChatMemberUpdated",
    "ChatMember",
    "ChatMemberOwner",
    "ChatMemberAdministrator",
    "ChatMemberMember",
    "ChatMemberRestricted",
    "ChatMemberLeft",
    "ChatMemberBanned",
    "ChatJoinRequest",
    "ChatInviteLink",
    "BotCommand",
    "MenuButton",
    "MenuButtonCommands",
    "MenuButtonWebApp",
    "MenuButtonDefault",
    "WebAppInfo",
)


def _fields(entry: dict[str, Any]) -> dict[str, list[Any]]:
    return {one["name"]: [one["type"], one["required"]] for one in entry["annotations"]}


def _type(entry: dict[str, Any]) -> dict[str, Any]:
    kinds = re.findall(r"^\s*- (\w+)$", entry["description"], re.MULTILINE)
    if kinds and not entry["annotations"]:
        return {"any_of": kinds}
    return {"fields": _fields(entry)}


def reduce(full: dict[str, Any]) -> dict[str, Any]:
    """The part that the tests check answers against."""
    entries = {one["name"]: one for group in full["items"] for one in group["children"]}
    return {
        "source": "aiogram 3.31.0, source distribution (MIT, see bot_api_schema.LICENSE)",
        "version": full["api"]["version"],
        "release_date": full["api"]["release_date"],
        "methods": {
            name: {"returns": returns, "parameters": _fields(entries[name])}
            for name, returns in RETURNS.items()
        },
        "types": {name: _type(entries[name]) for name in TYPES},
    }


if __name__ == "__main__":
    reduced = reduce(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    lines = json.dumps(reduced, indent=1, ensure_ascii=False)
    # One line for each field, not four.
    lines = re.sub(r"\[\s+\"([^\"]*)\",\s+(true|false)\s+\]", r'["\1", \2]', lines)
    TARGET.write_text(lines + "\n", encoding="utf-8")
