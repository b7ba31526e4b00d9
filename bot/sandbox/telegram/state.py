"""What exists in the emulated Telegram, and the one way a message comes into being."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.sandbox.telegram import view, wire
from bot.sandbox.telegram.changes import Changes
from bot.sandbox.telegram.chats import Chat
from bot.sandbox.telegram.files import Files
from bot.sandbox.telegram.menus import Menus
from bot.sandbox.telegram.messages import Message, Press
from bot.sandbox.telegram.people import GROUP_ANONYMOUS_BOT, User
from bot.sandbox.telegram.updates import UpdateQueue

FIRST_PERSON_ID = 101
FIRST_SUPERGROUP_ID = -1001000000001
FIRST_GROUP_ID = -4000001


class State:
    """People, rooms, messages; `now` gives Unix seconds.

    `era` shifts all numbering, so that a bot that remembers an earlier world takes this one's
    people, rooms and updates for new.
    """

    def __init__(self, token: str, now: Callable[[], float], era: int) -> None:
        self.now = now
        self.era = era
        self._people_made = 0
        self._rooms_made = 0
        self.bot = User(
            int(token.partition(":")[0]),
            "Usher",
            username="usher_sandbox_bot",
            language_code=None,
            is_bot=True,
        )
        self.changes = Changes()
        self.updates = UpdateQueue(now, era)
        self.menus = Menus()
        self.menu_buttons: dict[int | None, dict[str, Any]] = {}
        self._last_message_id = 0
        self.clear()

    def clear(self) -> None:
        """Forget people, rooms and messages; the bot's own settings stay."""
        self.people: dict[int, User] = {}
        self.rooms: dict[int, Chat] = {}
        self.logs: dict[int, dict[int, Message]] = {}
        self.presses: dict[str, Press] = {}
        self.keyboards: dict[int, dict[str, Any]] = {}
        self.files = Files()

    def person(self, user_id: int) -> User:
        """A person; `ValueError` when there is none with this id."""
        found = self.people.get(user_id)
        if found is None:
            raise ValueError(f"There is no person with the id {user_id}.")
        return found

    def account(self, user_id: int) -> User:
        """A person, the bot, or the account behind anonymous administrators."""
        known = {self.bot.id: self.bot, GROUP_ANONYMOUS_BOT.id: GROUP_ANONYMOUS_BOT}
        return known.get(user_id) or self.person(user_id)

    def room(self, chat_id: int) -> Chat:
        """A group or supergroup; `ValueError` when there is none with this id."""
        found = self.rooms.get(chat_id)
        if found is None:
            raise ValueError(f"There is no room with the id {chat_id}.")
        return found

    def find_message(self, chat_id: int, message_id: int) -> Message | None:
        """A message that was not deleted."""
        return self.logs.get(chat_id, {}).get(message_id)

    def message(self, chat_id: int, message_id: int) -> Message:
        """A message; `ValueError` when it does not exist."""
        found = self.find_message(chat_id, message_id)
        if found is None:
            raise ValueError(f"There is no message {message_id} in the chat {chat_id}.")
        return found

    def next_person_id(self) -> int:
        """Never given before, also not before a reset."""
        self._people_made += 1
        return FIRST_PERSON_ID + self.era + self._people_made - 1

    def next_room_id(self, kind: str) -> int:
        """Never given before, also not before a reset. Groups count downward."""
        self._rooms_made += 1
        first = FIRST_SUPERGROUP_ID if kind == "supergroup" else FIRST_GROUP_ID
        return first - self.era - self._rooms_made + 1

    def next_message_id(self, chat_id: int) -> int:
        """Supergroups count for themselves; private chats and basic groups share a counter."""
        room = self.rooms.get(chat_id)
        if room is not None and room.type == "supergroup":
            room.last_message_id += 1
            return room.last_message_id
        self._last_message_id += 1
        return self._last_message_id

    def post(self, chat_id: int, from_id: int, **content: Any) -> Message:
        """Put a new message into a chat, show it, and tell the bot if it may see it."""
        one = Message(self.next_message_id(chat_id), chat_id, from_id, int(self.now()), **content)
        self.logs.setdefault(chat_id, {})[one.message_id] = one
        self.show(one)
        if self.bot_sees(one):
            self.updates.push("message", wire.message(self, one))
        return one

    def amend(self, old: Message, **content: Any) -> Message:
        """Replace a message's content; the caller says whether it counts as edited."""
        new = replace(old, **content)
        self.logs[old.chat_id][old.message_id] = new
        self.show(new)
        return new

    def erase(self, one: Message) -> None:
        """Delete a message for everybody."""
        del self.logs[one.chat_id][one.message_id]
        self.changes.publish("message_deleted", chat_id=one.chat_id, message_id=one.message_id)

    def show(self, one: Message) -> None:
        """Tell the watchers about a new or changed message."""
        self.changes.publish("message", **view.message(self, one))

    def show_chat(self, room: Chat) -> None:
        """Tell the watchers about a room's members or title."""
        self.changes.publish("chat", chat=view.chat(self, room))

    def show_person(self, one: User) -> None:
        """Tell the watchers about a person."""
        self.changes.publish("person", **view.person(self, one))

    def bot_sees(self, one: Message) -> bool:
        """Whether this message reaches the bot; privacy mode is on.

        Without being an administrator it sees commands, replies to itself and service
        messages (core.telegram.org/bots/features#privacy-mode).
        """
        if one.from_id == self.bot.id:
            return False
        if one.chat_id > 0:
            return True
        standing = self.room(one.chat_id).member(self.bot.id)
        if not standing.inside:
            return False
        return standing.leads or one.service is not None or self._is_meant_for_bot(one)

    def _is_meant_for_bot(self, one: Message) -> bool:
        original = self.find_message(one.chat_id, one.reply_to or 0)
        if original is not None and original.from_id == self.bot.id:
            return True
        word = (one.text or "").split(maxsplit=1)[0:1]
        if not word or not word[0].startswith("/"):
            return False
        addressee = word[0].partition("@")[2].lower()
        return addressee in ("", (self.bot.username or "").lower())
