"""Keyboards on people's phones, and the people whom they choose for the bot."""

from typing import Any

from bot.sandbox.telegram.messages import Message
from bot.sandbox.telegram.people import User
from bot.sandbox.telegram.talk import Talk
from bot.sandbox.telegram.wire import without_none

Fields = dict[str, Any]


class Keyboards(Talk):
    """The latest keyboard of each private chat lies in `keyboards`."""

    def lay_keyboard(self, chat_id: int, markup: Fields) -> None:
        """Show a keyboard in a private chat, or take it away; others change nothing."""
        if chat_id < 0 or not ("keyboard" in markup or markup.get("remove_keyboard")):
            return
        if markup.get("keyboard"):
            self.keyboards[chat_id] = markup
        else:
            self.keyboards.pop(chat_id, None)
        self.show_person(self.person(chat_id))

    def share(self, user_id: int, request_id: int, people: list[int]) -> Message:
        """A person chooses people for the button that asked for them under `request_id`."""
        one, wanted = self.person(user_id), self._wanted(user_id, request_id)
        if not 1 <= len(set(people)) <= wanted.get("max_quantity", 1):
            raise ValueError(f"Choose 1 to {wanted.get('max_quantity', 1)} people.")
        users = [_shared(self.person(chosen), wanted) for chosen in dict.fromkeys(people)]
        self._may_write(one, user_id)
        self._use_keyboard(one)
        shared = {"request_id": request_id, "users": users}
        return self.post(user_id, user_id, service={"users_shared": shared})

    def show_number(self, user_id: int) -> Message:
        """A person presses the button that asks for their own phone number."""
        one = self.person(user_id)
        if not any(button.get("request_contact") for button in self._buttons(user_id)):
            raise ValueError("No button on this phone asks for its number.")
        self._may_write(one, user_id)
        self._use_keyboard(one)
        contact = without_none(
            phone_number=number_of(user_id),
            first_name=one.first_name,
            last_name=one.last_name,
            user_id=user_id,
        )
        return self.post(user_id, user_id, service={"contact": contact})

    def share_contact(self, user_id: int, name: str, phone: str, vcard: str | None) -> Message:
        """A person shares somebody of their address book with the bot."""
        one, digits = self.person(user_id), phone.removeprefix("+")
        if not (digits.isascii() and digits.isdigit()) or not name.strip():
            raise ValueError("A contact has a name and a phone number.")
        self._may_write(one, user_id)
        first, _, last = name.strip().partition(" ")
        contact = without_none(
            phone_number=digits, first_name=first, last_name=last or None, vcard=vcard
        )
        return self.post(user_id, user_id, service={"contact": contact})

    def _use_keyboard(self, one: User) -> None:
        if self.keyboards[one.id].get("one_time_keyboard"):
            del self.keyboards[one.id]
            self.show_person(one)

    def _buttons(self, user_id: int) -> list[Fields]:
        rows = self.keyboards.get(user_id, {}).get("keyboard", [])
        return [button for row in rows for button in row if isinstance(button, dict)]

    def _wanted(self, user_id: int, request_id: int) -> Fields:
        asked = [button.get("request_users") for button in self._buttons(user_id)]
        for wanted in asked:
            if wanted is not None and wanted["request_id"] == request_id:
                return dict(wanted)
        raise ValueError("No button on this phone asks for that.")


def number_of(user_id: int) -> str:
    """A phone number out of the range that is kept for stories, without its plus, as Telegram
    writes it.
    """
    return f"1202555{100 + user_id % 100:04}"


def _shared(one: User, wanted: Fields) -> Fields:
    """SharedUser: without what the bot did not ask for."""
    named, usernamed = wanted.get("request_name"), wanted.get("request_username")
    return without_none(
        user_id=one.id,
        first_name=one.first_name if named else None,
        last_name=one.last_name if named else None,
        username=one.username if usernamed else None,
    )
