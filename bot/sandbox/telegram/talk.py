"""What people do with their phones: write, edit, forward, tap, start, block."""

import mimetypes
import re
from typing import Any

from bot.sandbox.telegram import wire
from bot.sandbox.telegram.autolinks import find_entities
from bot.sandbox.telegram.chats import Member
from bot.sandbox.telegram.messages import Message, Press
from bot.sandbox.telegram.people import GROUP_ANONYMOUS_BOT, User
from bot.sandbox.telegram.rooms import Rooms
from bot.sandbox.telegram.venues import Venue, venue_fields

START_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
LONGEST_DATA_BYTES = 64
LONGEST_TEXT = 4096


class Talk(Rooms):
    """Verbs about messages; a `chat_id` equal to the `user_id` is the chat with the bot."""

    def say(
        self, user_id: int, chat_id: int, text: str, reply_to: int | None = None, **extra: Any
    ) -> Message:
        """A person writes; `extra` are further fields of the stored message.

        Whoever writes to the bot in private has thereby started it.
        """
        self._may_write(self.person(user_id), chat_id)
        return self._say(user_id, chat_id, text, reply_to, **extra)

    def attach(
        self, user_id: int, chat_id: int, *, name: str, data: bytes, caption: str | None = None
    ) -> Message:
        """A person sends a file."""
        self._may_write(self.person(user_id), chat_id)
        mime_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        kept = self.files.add("document", data, name=name, mime_type=mime_type)
        said = _typed(caption) if caption else {}
        content = {"document_id": kept.id, "caption": said.get("text")}
        return self.post(chat_id, user_id, caption_entities=said.get("entities") or [], **content)

    def send_place(
        self, user_id: int, chat_id: int, venue: Venue, reply_to: int | None = None
    ) -> Message:
        """A person sends a place from the map."""
        self._may_write(self.person(user_id), chat_id)
        if reply_to is not None:
            self.message(chat_id, reply_to)
        return self.post(chat_id, user_id, reply_to=reply_to, options=venue_fields(venue))

    def _say(
        self, user_id: int, chat_id: int, text: str, reply_to: int | None = None, **extra: Any
    ) -> Message:
        content = _typed(text)
        if reply_to is not None:
            self.message(chat_id, reply_to)
        return self.post(chat_id, user_id, reply_to=reply_to, **(content | extra))

    def _may_write(self, one: User, chat_id: int) -> None:
        if chat_id == one.id:
            if one.blocked:
                raise ValueError(f"{one.name} has blocked the bot.")
            self._start(one)
        elif chat_id > 0:
            raise ValueError("A private chat with the bot has the id of its own person.")
        else:
            self._in_room(one, chat_id)

    def _in_room(self, one: User, chat_id: int) -> None:
        room = self.live_room(chat_id)
        if not room.member(one.id).inside:
            raise ValueError(f"{one.name} is not in {room.title}.")

    def _start(self, one: User) -> None:
        if not one.started:
            one.started = True
            self.show_person(one)

    def say_anonymously(self, chat_id: int, text: str) -> Message:
        """An administrator writes as the group itself."""
        self.live_room(chat_id)
        return self._say(GROUP_ANONYMOUS_BOT.id, chat_id, text, sender_chat_id=chat_id)

    def edit(self, user_id: int, chat_id: int, message_id: int, text: str) -> Message:
        """A person changes their own message."""
        old = self.message(chat_id, message_id)
        if old.from_id != user_id or old.text is None:
            raise ValueError("People can only edit text of their own.")
        new = self.amend(old, edit_date=int(self.now()), **_typed(text))
        if self.bot_sees(new):
            self.updates.push("edited_message", wire.message(self, new))
        return new

    def forward(self, user_id: int, from_chat_id: int, message_id: int, to_chat_id: int) -> Message:
        """A person passes a message on to a chat of theirs."""
        original = self.message(from_chat_id, message_id)
        one = self.person(user_id)
        self._may_write(one, to_chat_id)
        origin = original.forward_origin or {
            "type": "user",
            "date": original.date,
            "sender_user_id": original.from_id,
        }
        return self.post(
            to_chat_id,
            one.id,
            forward_origin=origin,
            text=original.text,
            entities=original.entities,
            caption=original.caption,
            caption_entities=original.caption_entities,
            photo_id=original.photo_id,
            document_id=original.document_id,
        )

    def tap(self, user_id: int, chat_id: int, message_id: int, data: str) -> str:
        """A person presses an inline button: the id of the callback query.

        Any data of 1 to 64 bytes is passed on, as a modified app could send it.
        """
        one, message = self.person(user_id), self.message(chat_id, message_id)
        if chat_id < 0:
            self._in_room(one, chat_id)
        elif chat_id != one.id:
            raise ValueError("Only its own person can tap in a private chat.")
        if message.from_id != self.bot.id:
            raise ValueError("Only messages of the bot have buttons.")
        if not 1 <= len(data.encode()) <= LONGEST_DATA_BYTES:
            raise ValueError("The data of a button has 1 to 64 bytes.")
        number = str(4_000_000_000_000_000_001 + len(self.presses))
        press = Press(number, one.id, chat_id, message_id, data, self.now())
        self.presses[number] = press
        self.updates.push("callback_query", wire.callback_query(self, press))
        return number

    def press_start(self, user_id: int, payload: str | None = None) -> Message:
        """A person presses Start, or Restart after blocking; `payload` as in a deep link."""
        one = self.person(user_id)
        if payload is not None and not START_PAYLOAD.fullmatch(payload):
            raise ValueError("A start payload is 1 to 64 letters, digits, _ or -.")
        if one.blocked:
            self.unblock(user_id)
        self._start(one)
        return self._say(one.id, one.id, f"/start {payload}" if payload else "/start")

    def block(self, user_id: int) -> None:
        """A person stops the bot."""
        self._set_blocked(self.person(user_id), blocked=True)

    def unblock(self, user_id: int) -> None:
        """A person lets the bot write again."""
        self._set_blocked(self.person(user_id), blocked=False)

    def _set_blocked(self, one: User, *, blocked: bool) -> None:
        if one.blocked == blocked:
            raise ValueError(f"{one.name} has {'already' if blocked else 'not'} blocked the bot.")
        one.blocked = blocked
        before, after = ("member", "kicked") if blocked else ("kicked", "member")
        update = {
            "chat": wire.private_chat(one),
            "from": wire.user(one),
            "date": int(self.now()),
            "old_chat_member": wire.member(self, Member(self.bot.id, before)),
            "new_chat_member": wire.member(self, Member(self.bot.id, after)),
        }
        self.updates.push("my_chat_member", update)
        self.show_person(one)


def _typed(text: str) -> dict[str, Any]:
    """What an app sends when somebody types: trimmed, at most 4096 characters."""
    typed = text.strip()
    if not typed:
        raise ValueError("A message needs some text.")
    if len(typed) > LONGEST_TEXT:
        raise ValueError("A message has at most 4096 characters.")
    return {"text": typed, "entities": find_entities(typed)}
