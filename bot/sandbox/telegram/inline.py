"""Inline mode: people type the bot's name in any chat, and post what it offers."""

from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.telegram import wire
from bot.sandbox.telegram.invitations import Invitations
from bot.sandbox.telegram.messages import Message, Press

FIRST_QUERY = 5_000_000_000_000_000_001
LONGEST_QUERY = 256


@dataclass
class InlineQuery:
    """What somebody typed behind the bot's name; `results` once the bot has answered."""

    id: str
    user_id: int
    date: float
    results: dict[str, dict[str, Any]] | None = None
    button: dict[str, Any] | None = None
    shown: list[dict[str, Any]] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)


class Inline(Invitations):
    """Verbs about inline queries and the messages that come of them."""

    def clear(self) -> None:
        super().clear()
        self.inline_queries: dict[str, InlineQuery] = {}
        self.inline_messages: dict[str, tuple[int, int]] = {}

    def ask_inline(self, user_id: int, text: str, chat_type: str = "supergroup") -> str:
        """A person types `@bot text` in some chat; the id of the query."""
        one = self.person(user_id)
        if len(text) > LONGEST_QUERY:
            raise ValueError("An inline query has at most 256 characters.")
        number = str(FIRST_QUERY + len(self.inline_queries))
        self.inline_queries[number] = InlineQuery(number, one.id, self.now())
        update = {
            "id": number,
            "from": wire.user(one),
            "query": text,
            "offset": "",
            "chat_type": chat_type,
        }
        self.updates.push("inline_query", update)
        return number

    def choose(self, user_id: int, query_id: str, result_id: str, chat_id: int) -> Message:
        """They post one of the results into a chat of theirs, where the bot need not be."""
        query = self.inline_queries.get(query_id)
        results = (query.results if query else None) or {}
        if query is None or query.user_id != user_id or result_id not in results:
            raise ValueError("The bot has offered no such result.")
        self._in_room(self.person(user_id), chat_id)
        inline_id = f"AAAA{len(self.inline_messages) + 1:08d}"
        content = results[result_id]
        shown = {"via_bot": wire.user(self.bot)}
        posted = self.post(chat_id, user_id, **content, options=shown, inline_id=inline_id)
        self.inline_messages[inline_id] = (chat_id, posted.message_id)
        return posted

    def inline_message(self, inline_id: str) -> Message | None:
        """The message that was posted under this id."""
        place = self.inline_messages.get(inline_id)
        return self.find_message(*place) if place else None

    def tap_inline(self, user_id: int, inline_id: str, data: str) -> str:
        """A person presses a button below a message that somebody posted; the query's id."""
        message = self.inline_message(inline_id)
        if message is None:
            raise ValueError("There is no such message.")
        self._in_room(self.person(user_id), message.chat_id)
        press = Press(
            str(4_000_000_000_000_000_001 + len(self.presses)),
            user_id,
            message.chat_id,
            message.message_id,
            data,
            self.now(),
        )
        self.presses[press.id] = press
        self.updates.push("callback_query", wire.inline_callback_query(self, press, inline_id))
        return press.id
