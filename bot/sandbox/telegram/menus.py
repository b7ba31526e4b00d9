"""The bot's command menus: which list a person sees in a chat."""

import json
from typing import Any

Scope = dict[str, Any]
Commands = list[dict[str, str]]


def _key(scope: Scope, language: str) -> str:
    return json.dumps([scope, language], sort_keys=True)


class Menus:
    """Command lists by scope and language."""

    def __init__(self) -> None:
        self._lists: dict[str, Commands] = {}

    def put(self, scope: Scope, language: str, commands: Commands) -> None:
        """Replace the list of one scope and language; an empty one removes it."""
        if commands:
            self._lists[_key(scope, language)] = commands
        else:
            self._lists.pop(_key(scope, language), None)

    def get(self, scope: Scope, language: str) -> Commands:
        """The list of exactly this scope and language."""
        return self._lists.get(_key(scope, language), [])

    def seen(self, scopes: list[Scope], language: str | None) -> Commands:
        """The first list among scopes from narrow to wide, the person's language before none."""
        for scope in scopes:
            found = self.get(scope, language or "") or self.get(scope, "")
            if found:
                return found
        return []


def scopes_for(chat_id: int, user_id: int, *, private: bool, leads: bool) -> list[Scope]:
    """The scopes that apply, narrowest first (Bot API, BotCommandScope)."""
    if private:
        return [
            {"type": "chat", "chat_id": chat_id},
            {"type": "all_private_chats"},
            {"type": "default"},
        ]
    leading = [{"type": "chat_administrators", "chat_id": chat_id}] if leads else []
    all_leading: list[Scope] = [{"type": "all_chat_administrators"}] if leads else []
    return [
        {"type": "chat_member", "chat_id": chat_id, "user_id": user_id},
        *leading,
        {"type": "chat", "chat_id": chat_id},
        *all_leading,
        {"type": "all_group_chats"},
        {"type": "default"},
    ]
